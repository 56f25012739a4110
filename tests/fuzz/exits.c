/* Fuzz target of the dispatcher: the input is what KVM_RUN gives, exit after exit, and what the
 * guest writes to its memory meanwhile. Linked with --wrap=ioctl: no KVM is there.
 *
 * The VMM is to go on, or to end with a status and plain text, and to believe only what is
 * possible. */
#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <sys/ioctl.h>

#include "fuzz.h"
#include "observe/tally.h"
#include "vmm/dispatcher.h"
#include "vmm/paging.h"

#define FAKE_FD  -4711
#define RUN_SIZE 0x3000
#define DATA     0x1000

int __wrap_ioctl(int fd, unsigned long request, ...);

static struct input input;
static struct guest guest;
static struct tally tally;
static uint8_t memory[ABI_MEMORY_SIZE];
static struct abi_job jobs[ABI_RING_SLOTS];
static struct abi_result results[ABI_RING_SLOTS];

/* Some of the guest's memory changes. */
static void write_memory(void)
{
    const uint32_t at = input_word(&input) % ABI_MEMORY_SIZE;
    const uint32_t most = ABI_MEMORY_SIZE - at;
    const uint32_t size = input_byte(&input);

    input_take(&input, memory + at, size < most ? size : most);
}

/* Results that can be believed lie where they are due, over page and ring. */
static void write_results(void)
{
    for (uint32_t i = 0; i < guest.transport.outstanding; i++) {
        const struct abi_result good = make_believable(&jobs[i]);
        const uint32_t at =
            (guest.transport.ring_jobs - guest.transport.outstanding + i) % ABI_RING_SLOTS;
        uint8_t *slot = memory + ABI_RING + offsetof(struct abi_ring, slots) + at * sizeof(good);

        memcpy(guest.transport.kind == TRANSPORT_RING
                   ? slot
                   : memory + ABI_JOB_PAGE + offsetof(struct abi_job_page, result),
               &good, sizeof(good));
    }
}

/* KVM checks nothing of what it is given in these fields, so any of it may be wrong. */
static int leave_anyhow(void)
{
    guest.vm.run->exit_reason = input_byte(&input);
    if (guest.vm.run->exit_reason == 255)
        guest.vm.run->exit_reason = input_word(&input);
    input_take(&input, guest.vm.run->padding, 64);
    return 0;
}

static int leave_by_io(void)
{
    static const uint16_t ports[] = {
#define X(id, name, ring) ABI_PORT_##id,
        ABI_PORTS(X)
#undef X
    };
    const uint8_t port = input_byte(&input);
    const uint8_t count = input_byte(&input);

    guest.vm.run->exit_reason = KVM_EXIT_IO;
    guest.vm.run->io.port =
        port < sizeof(ports) / sizeof(ports[0]) ? ports[port] : (uint16_t)input_word(&input);
    guest.vm.run->io.direction = count & 1 ? KVM_EXIT_IO_IN : KVM_EXIT_IO_OUT;
    guest.vm.run->io.size = count == 255 ? 2 : 4;
    guest.vm.run->io.count = count == 253 ? input_word(&input) : count / 2;
    guest.vm.run->io.data_offset = DATA;
    input_take(&input, (uint8_t *)guest.vm.run + DATA, 4 * (count / 2));
    return 0;
}

/* The doorbell as it should be rung. */
static int leave_by_doorbell(void)
{
    leave_by_io();
    guest.vm.run->io.port = ABI_PORT_DOORBELL;
    guest.vm.run->io.direction = KVM_EXIT_IO_OUT;
    guest.vm.run->io.size = 4;
    guest.vm.run->io.count = 1;
    memcpy((uint8_t *)guest.vm.run + DATA, &guest.transport.outstanding, 4);
    return 0;
}

/* One KVM_RUN; ends in time, as the input does. */
static int enter_guest(void)
{
    static const int codes[] = {EINTR, EAGAIN, EFAULT, ENOMEM};

    while (input.left)
        switch (input_byte(&input) % 8) {
        case 0:
            return -codes[input_byte(&input) % 4];
        case 1:
            write_memory();
            break;
        case 2:
            write_results();
            break;
        case 3:
            return leave_anyhow();
        case 4:
            return leave_by_doorbell();
        default:
            return leave_by_io();
        }
    return -ENODATA;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    int answer;

    CHECK(fd == FAKE_FD && request == KVM_RUN, "ioctl %d %lx", fd, request);
    answer = enter_guest();
    if (answer == 0)
        return 0;
    errno = -answer;
    return -1;
}

static void observe_exit(void *context, const struct image *seen, const struct record *record)
{
    (void)seen;
    tally_add(context, record);
}

static void make_vm(void)
{
    static const struct observer observer = {.context = &tally, .exit = observe_exit};
    static struct kvm_run *run;
    static struct image image;
    static struct error error;
    const uint8_t kind = input_byte(&input);

    if (!run) {
        run = calloc(1, RUN_SIZE);
        CHECK(run && image_open(&image, NULL, &error) == 0, "cannot start");
    }
    guest = (struct guest){
        .vm = vm_none,
        .image = image,
        .transport.kind = kind % TRANSPORT_COUNT,
        .observer = kind & 128 ? &observer : NULL,
    };
    guest.vm.vcpu_fd = FAKE_FD;
    guest.vm.run = run;
    guest.vm.run_size = RUN_SIZE;
    guest.vm.memory = memory;
    memset(run, 0, RUN_SIZE);
    memset(memory, 0, sizeof(memory));
    memset(results, 0, sizeof(results));
    tally = (struct tally){0};
    paging_init(memory);
}

static void place(void)
{
    const uint32_t count = 1 + input_byte(&input) % transport_capacity(guest.transport.kind);

    for (uint32_t i = 0; i < count; i++)
        jobs[i] = (struct abi_job){.budget = input_byte(&input), .engine = i % 5, .id = i};
    transport_place(&guest.transport, memory, jobs, results, count);
}

static void check_end(int failed, const struct error *error)
{
    static const enum status statuses[] = {STATUS_GUEST, STATUS_SYSTEM, STATUS_INTERNAL};
    bool known = false;

    check_error(error, failed);
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
        known = known || error->status == statuses[i];
    CHECK(known, "status %d", (int)error->status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error error;
    int failed;

    input = (struct input){data, size};
    make_vm();
    failed = dispatcher_run(&guest, &error);
    while (failed == 0) {
        uint32_t count;

        CHECK(guest.transport.outstanding == 0 && guest.transport.booted,
              "jobs left with the guest");
        place();
        count = guest.transport.outstanding;
        failed = dispatcher_run(&guest, &error);
        for (uint32_t i = 0; i < count && failed == 0; i++)
            check_believed(&results[i], &jobs[i]);
    }
    check_end(failed, &error);
    return 0;
}
