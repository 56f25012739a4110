/* Fuzz target of snapshots: the input is a file, whose check is put right first, since it keeps
 * accidents out and no attacker. Linked with --wrap=ioctl: no KVM is there, and what there is takes
 * everything.
 *
 * It is refused with a plain text; or it is shown in plain text, and put into a guest, whose
 * numbers are then such that the dispatcher can go on with them. */
#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ioctl.h>

#include "fuzz.h"
#include "report/json.h"
#include "report/snapshot.h"
#include "vmm/dispatcher.h"

#define FAKE_FD  -4711
#define RUN_SIZE 0x3000
#define DATA     0x1000

int __wrap_ioctl(int fd, unsigned long request, ...);

static struct guest guest;
static uint8_t memory[ABI_MEMORY_SIZE];

/* A guest that reports faults, moves words and rings, whatever it was at. */
static int leave_by_port(void)
{
    static const uint16_t ports[] = {ABI_PORT_FAULT, ABI_PORT_WORD, ABI_PORT_DOORBELL};
    static unsigned turn;
    struct kvm_run *run = guest.vm.run;

    run->exit_reason = KVM_EXIT_IO;
    run->io.port = ports[++turn % 3];
    run->io.direction = turn % 2 ? KVM_EXIT_IO_OUT : KVM_EXIT_IO_IN;
    run->io.size = 4;
    run->io.count = turn % 5;
    run->io.data_offset = DATA;
    return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    CHECK(fd == FAKE_FD, "a request of descriptor %d", fd);
    if (request == KVM_SET_MSRS)
        return 1;
    if (request != KVM_RUN)
        return 0;
    if (!guest.vm.run->immediate_exit)
        return leave_by_port();
    errno = EINTR;
    return -1;
}

static void check_plain(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        CHECK(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'), "byte %d", text[i]);
}

static void show(const struct snapshot *snapshot, struct error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    CHECK(out, "open_memstream");
    json_begin();
    snapshot_text(out, snapshot, NULL);
    CHECK(snapshot_json(out, snapshot, NULL, error) == 0, "no JSON: %s", error->text);
    fclose(out);
    check_plain(text, length);
    free(text);
}

static void go_on(const struct snapshot *snapshot, struct error *error)
{
    struct abi_job jobs[1] = {snapshot->job};
    struct abi_result results[1] = {snapshot->result};
    int result;

    guest.transport.jobs = jobs;
    guest.transport.results = results;
    result = dispatcher_run(&guest, error);
    if (result < 0)
        check_error(error, result);
    guest.fault_words = 0;
}

static void put(struct snapshot *snapshot, const uint8_t *pages, struct error *error)
{
    unsigned lost;
    int result;

    guest.is_loaded = true;
    guest.image.length = (size_t)snapshot->image_length;
    guest.digest = snapshot->image_check;
    if (!guest.digest)
        return;
    result = snapshot_put(snapshot, pages, &guest, &lost, error);
    CHECK(result == 0, "not put: %s", error->text);
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        if (!snapshot_has_page(snapshot, i))
            CHECK(memory[i * ABI_PAGE] == 0, "page %u is not zero", i);
    go_on(snapshot, error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct snapshot snapshot;
    static struct error error;
    const size_t at = offsetof(struct snapshot, check);
    const uint8_t *pages;
    char *bytes = malloc(size ? size : 1);
    int result;

    CHECK(bytes, "out of memory");
    if (!guest.vm.run)
        guest = (struct guest){.vm = {.vcpu_fd = FAKE_FD,
                                      .memory = memory,
                                      .run = calloc(1, RUN_SIZE),
                                      .run_size = RUN_SIZE}};
    if (size)
        memcpy(bytes, data, size);
    if (size >= sizeof(snapshot)) {
        memcpy(&snapshot, bytes, sizeof(snapshot));
        snapshot.check =
            snapshot_check(&snapshot, data + sizeof(snapshot), size - sizeof(snapshot));
        memcpy(bytes + at, &snapshot.check, sizeof(snapshot.check));
    }
    error.text[0] = '\0';
    result = snapshot_read(&snapshot, &pages, "input", bytes, size, &error);
    if (result == 0) {
        show(&snapshot, &error);
        put(&snapshot, pages, &error);
    } else {
        check_error(&error, result);
    }
    free(bytes);
    return 0;
}
