/* Pre-copy: what has come when the VM stands still is all of it, whatever the guest has written
 * meanwhile; and streams that are not what they should be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/precopy.h"
#include "suites.h"
#include "vmm/kvm.h"

static struct error error;

static bool has_kvm(void)
{
    return access(KVM_DEVICE, R_OK | W_OK) == 0;
}

/* A program that no engine sees to: it multiplies a number by -3 for ever. */
static const struct baby endless = {
    .store = {0, 0x4007, 0x8007, 0x8007, 0x6007, 0, 0, 1},
};

static struct channel channel_of(int fd)
{
    return (struct channel){.is_open = true, .in = fd, .out = fd, .silence = 10};
}

/* The receiver, in a process of its own; ends with 0 when it has all. */
static pid_t start_receiver(int fd, struct incoming *incoming, uint8_t *memory)
{
    const pid_t process = fork();
    struct channel channel = channel_of(fd);
    const char *line;

    ck_assert_int_ge(process, 0);
    if (process > 0)
        return process;
    incoming->memory = memory;
    if (channel_answer(&channel, &line) != 1 || strncmp(line, "vm ", 3) != 0 ||
        channel_send(&channel, "send\n", 5) < 0 ||
        precopy_receive(&channel, incoming, &error) < 0 || channel_send(&channel, "have\n", 5) < 0)
        _exit(1);
    _exit(0);
}

/* Moves a machine whose guest writes so many pages a second. */
static void move(enum transport transport, uint64_t writes, uint64_t bandwidth,
                 const struct baby *start)
{
    const struct machine_config config = {.engine = ENGINE_DISPATCH,
                                          .transport = transport,
                                          .seconds = 100,
                                          .is_logged = true,
                                          .writes = writes};
    struct moved moved = {.bandwidth = bandwidth};
    struct precopy precopy = {.most = 4};
    const size_t size = ABI_MEMORY_SIZE + sizeof(struct incoming);
    uint8_t *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct incoming *incoming = (struct incoming *)(void *)(shared + ABI_MEMORY_SIZE);
    struct channel channel;
    struct machine *machine;
    struct run run;
    const char *why = "";
    int ends[2], status, result = 1;
    pid_t receiver;

    ck_assert(shared != MAP_FAILED);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    receiver = start_receiver(ends[1], incoming, shared);
    channel = channel_of(ends[0]);
    ck_assert_msg(machine_open(&machine, &config, &error) == 0, "%s", error.text);
    run_begin(&run, machine, start, UINT64_MAX);
    while (result > 0) {
        ck_assert_msg(run_advance(&run, precopy.turn ? precopy.turn : 1000, &error) >= 0, "%s",
                      error.text);
        result = precopy_round(&precopy, &channel, &run, &moved, &why);
    }
    ck_assert_msg(result == 0, "%s", why);
    ck_assert_msg(precopy_stop(&precopy, &channel, &run, &moved, precopy.looked, &why) == 0, "%s",
                  why);
    ck_assert_int_eq(waitpid(receiver, &status, 0), receiver);
    ck_assert_int_eq(status, 0);
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        ck_assert_msg(memcmp(shared + i * ABI_PAGE,
                             machine_guest(machine)->vm.memory + i * ABI_PAGE, ABI_PAGE) == 0,
                      "page %u differs after %u rounds", i, moved.rounds);
    ck_assert_uint_eq(incoming->snapshot.job.state.executed, run.state.executed);
    ck_assert_uint_ge(moved.rounds, 2);
    ck_assert_uint_le(moved.rounds, 5);
    ck_assert(moved.has_converged == (moved.round[moved.rounds - 2].dirtied <= PRECOPY_FEW));
    machine_close(machine);
    close(ends[0]);
    close(ends[1]);
    munmap(shared, size);
}

START_TEST(brings_every_page)
{
    if (!has_kvm())
        return;
    for (unsigned transport = 0; transport < TRANSPORT_COUNT; transport++)
        move((enum transport)transport, 0, 0, &endless);
    move(TRANSPORT_PAGE, 500, 0, &endless);
    move(TRANSPORT_PAGE, 100000, 0, &endless);
    move(TRANSPORT_WORDS, 20000, 3000, &endless);
}
END_TEST

/* What a receiver says of these bytes, of which the other side has sent no more. */
static int receive(const void *bytes, size_t length)
{
    static uint8_t memory[ABI_MEMORY_SIZE];
    static struct incoming incoming;
    const int file = memfd_create("stream", 0);
    struct channel channel = {.is_open = true, .in = file, .out = STDOUT_FILENO, .silence = 1};
    int result;

    incoming.memory = memory;
    ck_assert_int_eq(write(file, bytes, length), (int)length);
    ck_assert_int_eq(lseek(file, 0, SEEK_SET), 0);
    error = (struct error){.text = ""};
    result = precopy_receive(&channel, &incoming, &error);
    for (unsigned i = 0; i < SNAPSHOT_PAGES && result == 0; i++)
        if (incoming.came.pages[i / 8] >> i % 8 & 1 && !snapshot_has_page(&incoming.snapshot, i))
            ck_assert_msg(snapshot_is_zero(memory + i * ABI_PAGE), "page %u is not zero", i);
    close(file);
    return result;
}

static const char *const wrong[] = {
    "page 287\n",
    "page 4294967296\n",
    "page 18446744073709551616\n",
    "page -1\n",
    "page +1\n",
    "page  1\n",
    "page 1 \n",
    "page 1x\n",
    "page\n",
    "page \n",
    "stop\n",
    "stop x\n",
    "stop -1\n",
    "stop 18446744073709551616\n",
    "vm 1 2 3\n",
    "\n",
};

START_TEST(refuses_other_lines)
{
    char text[2 * ABI_PAGE] = "";

    strcpy(text, wrong[_i]);
    ck_assert_int_lt(receive(text, sizeof(text)), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
    ck_assert_str_eq(error.text, "what came is no page of a VM");
}
END_TEST

static size_t add(char *stream, size_t at, const char *line, const void *bytes, size_t size)
{
    const size_t length = strlen(line);

    memcpy(stream + at, line, length);
    memcpy(stream + at + length, bytes, size);
    return at + length + size;
}

/* A stream of one page, number 3, and a head of it. */
static size_t make_stream(char *stream, struct snapshot *snapshot)
{
    static const uint8_t page[ABI_PAGE] = {1};
    size_t at;

    *snapshot = (struct snapshot){
        .schema = SNAPSHOT_SCHEMA, .size = sizeof(*snapshot), .booted = 1, .pages = {1 << 3}};
    snapshot->check = snapshot_check(snapshot, NULL, 0);
    at = add(stream, 0, "page 3\n", page, sizeof(page));
    return add(stream, at, "stop 5\n", snapshot, sizeof(*snapshot));
}

START_TEST(takes_what_is_whole)
{
    static char stream[4 * ABI_PAGE];
    static struct snapshot snapshot;
    const size_t length = make_stream(stream, &snapshot);

    ck_assert_msg(receive(stream, length) == 0, "%s", error.text);
    for (size_t some = 0; some < length; some += 13) {
        ck_assert_int_lt(receive(stream, some), 0);
        ck_assert_msg(error.status == STATUS_TEMPORARY, "%zu bytes: %s", some, error.text);
    }
}
END_TEST

/* Each byte of the head. */
START_TEST(refuses_what_is_damaged)
{
    static char stream[4 * ABI_PAGE];
    static struct snapshot snapshot;
    const size_t length = make_stream(stream, &snapshot);

    for (size_t at = length - sizeof(snapshot); at < length; at++) {
        stream[at] ^= 1;
        ck_assert_msg(receive(stream, length) < 0, "byte %zu", at);
        ck_assert_int_eq(error.status, STATUS_DATA);
        stream[at] ^= 1;
    }
}
END_TEST

/* A head that is as it should be, of another VM than the one whose pages have come. */
START_TEST(refuses_another_vm)
{
    static char stream[4 * ABI_PAGE];
    static struct snapshot snapshot;
    const size_t length = make_stream(stream, &snapshot);
    char *head = stream + length - sizeof(snapshot);

    snapshot.pages[0] |= 1 << 4;
    snapshot.check = snapshot_check(&snapshot, NULL, 0);
    memcpy(head, &snapshot, sizeof(snapshot));
    ck_assert_int_lt(receive(stream, length), 0);
    ck_assert_str_eq(error.text, "page 4 of the VM has not come");
    snapshot.pages[0] = 0;
    snapshot.check = snapshot_check(&snapshot, NULL, 0);
    memcpy(head, &snapshot, sizeof(snapshot));
    ck_assert_msg(receive(stream, length) == 0, "%s", error.text);
    snapshot.outstanding = 1;
    snapshot.check = snapshot_check(&snapshot, NULL, 0);
    memcpy(head, &snapshot, sizeof(snapshot));
    ck_assert_int_lt(receive(stream, length), 0);
    snapshot.outstanding = snapshot.booted = 0;
    snapshot.check = snapshot_check(&snapshot, NULL, 0);
    memcpy(head, &snapshot, sizeof(snapshot));
    ck_assert_int_lt(receive(stream, length), 0);
    ck_assert_str_eq(error.text, "the VM that has come is in the middle of a job");
}
END_TEST

/* What a VM says that it is. */
START_TEST(knows_its_like)
{
    const struct machine_config config = {.engine = ENGINE_DYNAMIC, .seconds = 100};
    struct machine *machine;
    char line[CHANNEL_LINE], other[CHANNEL_LINE + 16];
    const char *field[6];
    int count = 0;

    if (!has_kvm())
        return;
    ck_assert_msg(machine_open(&machine, &config, &error) == 0, "%s", error.text);
    precopy_greeting(machine, line);
    line[strlen(line) - 1] = '\0';
    ck_assert_msg(precopy_fits(machine, line, &error) == 0, "%s", error.text);
    snprintf(other, sizeof(other), "%s x", line);
    ck_assert_int_lt(precopy_fits(machine, other, &error), 0);
    for (char *word = strtok(line, " "); word && count < 6; word = strtok(NULL, " "))
        field[count++] = word;
    ck_assert_int_eq(count, 6);
    for (int i = 0; i < 6; i++) {
        static const char *const texts[] = {"what came is no VM",  "another version",
                                            "another CPU",         "another guest image",
                                            "another guest image", "another CPU"};
        static const char *const values[] = {"wm", "1", "77", "1", "1", "Other-0-0"};
        const char *was = field[i];

        field[i] = values[i];
        snprintf(other, sizeof(other), "%s %s %s %s %s %s", field[0], field[1], field[2], field[3],
                 field[4], field[5]);
        ck_assert_int_lt(precopy_fits(machine, other, &error), 0);
        ck_assert_msg(strstr(error.text, texts[i]) != NULL, "%s", error.text);
        ck_assert_int_eq(error.status, STATUS_DATA);
        field[i] = was;
    }
    machine_close(machine);
}
END_TEST

Suite *suite_precopy(void)
{
    Suite *suite = suite_create("precopy");
    TCase *group = tcase_create("precopy");

    tcase_set_timeout(group, 60);
    tcase_add_test(group, brings_every_page);
    tcase_add_loop_test(group, refuses_other_lines, 0, sizeof(wrong) / sizeof(wrong[0]));
    tcase_add_test(group, takes_what_is_whole);
    tcase_add_test(group, refuses_what_is_damaged);
    tcase_add_test(group, refuses_another_vm);
    tcase_add_test(group, knows_its_like);
    suite_add_tcase(suite, group);
    return suite;
}
