/* Snapshots: of a VM at each of its KVM_RUNs, and between kinds of host. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "ssem/step.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/random_store.h"
#include "unit/kept.h"
#include "vmm/kvm.h"
#include "vmm/protection.h"
#include "wrap.h"

#define LENGTH 3000 /* instructions of a program */

int __real_ioctl(int fd, unsigned long request, ...);

static struct error error;
static unsigned long entries;   /* of the guest */
static unsigned long interrupt; /* the one that a signal of the time limit comes before */
static bool is_late;            /* or after, with the exit there */

/* KVM itself, interrupted at one of its KVM_RUNs. */
static int count_entries(int fd, unsigned long request, void *argument)
{
    int answer;

    const bool is_the_one = request == KVM_RUN && ++entries == interrupt;
    int code;

    if (is_the_one && !is_late)
        raise(SIGRTMIN);
    answer = __real_ioctl(fd, request, argument);
    code = errno;
    if (is_the_one && is_late)
        raise(SIGRTMIN);
    return answer < 0 ? -code : answer;
}

/* Puts the file into a machine, which goes on with it to the limit. */
static void go_on(struct machine *machine, const char *bytes, size_t length, struct run *run)
{
    static struct snapshot snapshot;
    const uint8_t *pages;
    unsigned lost;

    ck_assert_msg(kept_read(&snapshot, &pages, bytes, length, &error) == 0, "%s", error.text);
    ck_assert_int_eq(machine_arm(machine, 100, &error), 0);
    ck_assert_msg(machine_put(machine, &snapshot, pages, &lost, &error) == 0, "%s", error.text);
    ck_assert_uint_eq(lost, 0);
    run_resume(run, machine, &snapshot.job.state, LENGTH);
    ck_assert_msg(run_finish(run, &error) == 0, "%s", error.text);
}

/* What a program ends with, by steps. */
static enum stop end_of(const struct baby *start, struct baby *end)
{
    *end = *start;
    return step_run(end, LENGTH);
}

static void assert_end(const struct run *run, const struct baby *start, const char *what)
{
    struct baby end;
    const enum stop stop = end_of(start, &end);

    ck_assert_msg(run->stop == stop && run->state.executed == end.executed &&
                      step_same(&run->state, &end),
                  "%s, entry %lu: %llu instructions, not %llu", what, interrupt,
                  (unsigned long long)run->state.executed, (unsigned long long)end.executed);
}

/* Two clones go on, and so does the VM itself: one in a VM that has run another program. */
static void cut(enum engine engine, enum transport transport, struct machine *used,
                const struct baby *start, bool *is_cut)
{
    struct machine *machine = kept_machine(engine, transport);
    struct machine *fresh;
    struct run run;
    size_t length;
    char *bytes;

    entries = 0;
    run_begin(&run, machine, start, LENGTH);
    ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
    *is_cut = run.timed_out;
    interrupt = 0;
    bytes = kept_file(machine, &run.state, &length);
    machine_close(machine);
    if (run.stop == STOP_STP) {
        free(bytes);
        return;
    }
    go_on(used, bytes, length, &run);
    assert_end(&run, start, "put back");
    fresh = kept_machine(ENGINE_DISPATCH, TRANSPORT_RING);
    go_on(fresh, bytes, length, &run);
    assert_end(&run, start, "a clone");
    machine_close(fresh);
    free(bytes);
}

/* Each KVM_RUN of a VM, from its boot to its last result, in the middle of its words: the time is
 * up after it, or before. */
START_TEST(goes_on_from_each_entry)
{
    const enum transport transport = (enum transport)(_i % TRANSPORT_COUNT);
    const enum engine engine = (enum engine)(_i / TRANSPORT_COUNT);
    const unsigned step = transport == TRANSPORT_WORDS ? 23 - (unsigned)engine : 1;
    uint64_t random = 1948 + (uint64_t)_i;
    struct machine *used;
    unsigned long at = 1;
    bool is_cut = true;

    if (!kept_possible())
        return;
    wrap_ioctl = count_entries;
    used = kept_machine(engine, TRANSPORT_PAGE);
    for (; is_cut; at += step)
        for (int when = 1; when >= 0; when--) {
            struct baby start;

            random_store(&start, &random);
            start.executed = 0;
            interrupt = at;
            is_late = when;
            cut(engine, transport, used, &start, &is_cut);
        }
    machine_close(used);
    wrap_ioctl = NULL;
    ck_assert_uint_ge(at, 3);
}
END_TEST

/* A program that runs long, and a snapshot of an engine at work, by the time limit. */
START_TEST(goes_on_from_the_middle_of_a_job)
{
    const struct baby start = {.store = {[1] = 2u << 13 | 7,
                                         [2] = 5u << 13 | 7,
                                         [3] = 5u << 13 | 7,
                                         [4] = 3u << 13 | 7,
                                         [5] = 0,
                                         [7] = 7}};
    struct machine *machine;
    struct run run, again;
    struct baby expected = start;
    size_t length;
    char *bytes;

    if (!kept_possible())
        return;
    machine = kept_machine((enum engine)_i, TRANSPORT_PAGE);
    ck_assert_int_eq(machine_arm(machine, 0.03, &error), 0);
    run_begin(&run, machine, &start, UINT64_MAX);
    ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
    ck_assert(run.timed_out);
    bytes = kept_file(machine, &run.state, &length);
    machine_close(machine);
    machine = kept_machine(ENGINE_DISPATCH, TRANSPORT_WORDS);
    {
        static struct snapshot snapshot;
        const uint8_t *pages;
        unsigned lost;

        ck_assert_msg(kept_read(&snapshot, &pages, bytes, length, &error) == 0, "%s", error.text);
        ck_assert_msg(machine_put(machine, &snapshot, pages, &lost, &error) == 0, "%s", error.text);
        ck_assert_uint_eq(snapshot.outstanding, 1);
        run_resume(&again, machine, &snapshot.job.state, UINT64_MAX);
    }
    ck_assert_msg(run_advance(&again, UINT64_MAX, &error) == 1, "%s", error.text);
    step_run(&expected, again.state.executed);
    ck_assert(step_same(&expected, &again.state));
    machine_close(machine);
    free(bytes);
}
END_TEST

static void assert_harmless(const struct guest *guest, uint32_t protection)
{
    const uint64_t bits = PROTECTION_SMEP | PROTECTION_SMAP | PROTECTION_UMIP;

    ck_assert_uint_lt(guest->fault_words, ABI_FAULT_WORDS);
    ck_assert_uint_eq(guest->vm.run->s.regs.sregs.cr4 & bits & ~(uint64_t)protection, 0);
}

static int put_changed(const struct snapshot *snapshot, const uint8_t *pages, uint32_t protection,
                       unsigned *lost)
{
    struct guest guest;
    int result;

    ck_assert_int_eq(guest_open(&guest, NULL, false, TRANSPORT_PAGE, ENGINE_DYNAMIC, &error), 0);
    guest.protection &= protection;
    result = snapshot_put(snapshot, pages, &guest, lost, &error);
    if (result == 0)
        assert_harmless(&guest, protection);
    guest_close(&guest);
    return result;
}

/* A snapshot of a VM between two jobs; its pages are in what the caller frees. */
static char *a_snapshot(struct snapshot *snapshot, const uint8_t **pages)
{
    size_t length;
    char *bytes = kept_any(&length);

    ck_assert_int_eq(kept_read(snapshot, pages, bytes, length, &error), 0);
    return bytes;
}

/* From another kind of host, and onto one that has less. */
START_TEST(loses_what_the_host_has_not)
{
    static struct snapshot snapshot;
    const uint8_t *pages;
    unsigned lost;
    char *bytes;

    if (!kept_possible())
        return;
    bytes = a_snapshot(&snapshot, &pages);
    snapshot.host = snapshot.host == KVM_KIND_PVM ? KVM_KIND_VT_X : KVM_KIND_PVM;
    ck_assert_msg(put_changed(&snapshot, pages, UINT32_MAX, &lost) == 0, "%s", error.text);
    ck_assert_uint_eq(lost, 0);
    snapshot.xsave[512 / 4] |= 4;
    ck_assert_msg(put_changed(&snapshot, pages, UINT32_MAX, &lost) == 0, "%s", error.text);
    ck_assert_uint_eq(lost, SNAPSHOT_LOST_VECTORS);
    snapshot.xsave[512 / 4] &= 3;
    snapshot.sregs.cr4 |= PROTECTION_UMIP;
    snapshot.fault_words = ABI_FAULT_WORDS;
    ck_assert_msg(put_changed(&snapshot, pages, 0, &lost) == 0, "%s", error.text);
    ck_assert_uint_eq(lost, SNAPSHOT_LOST_PROTECTION);
    free(bytes);
}
END_TEST

static void change_check(struct snapshot *snapshot)
{
    snapshot->image_check++;
}

static void change_length(struct snapshot *snapshot)
{
    snapshot->image_length++;
}

static void change_cr4(struct snapshot *snapshot)
{
    snapshot->sregs.cr4 = 0; /* long mode without PAE */
}

static void change_dr7(struct snapshot *snapshot)
{
    snapshot->debugregs.dr7 = UINT64_MAX;
}

static void change_xsave(struct snapshot *snapshot)
{
    memset(snapshot->xsave, 0xff, sizeof(snapshot->xsave));
}

static void change_msrs(struct snapshot *snapshot)
{
    for (uint32_t i = 0; i < snapshot->msr_count; i++)
        snapshot->msrs[i].data = 0x8000000000000000;
}

static const struct {
    const char *name;
    void (*change)(struct snapshot *snapshot);
    const char *error;
} changes[] = {
    {"another image", change_check, "of another guest image"},
    {"a longer image", change_length, "of another guest image"},
    {"CR4", change_cr4, "KVM does not take"},
    {"DR7", change_dr7, "KVM does not take"},
    {"the extended state", change_xsave, "KVM does not take"},
    {"MSRs", change_msrs, "KVM does not take"},
};

/* What KVM itself refuses, and another image. */
START_TEST(refuses_what_kvm_does)
{
    static struct snapshot snapshot, wrong;
    const uint8_t *pages;
    unsigned lost;
    char *bytes;

    if (!kept_possible())
        return;
    bytes = a_snapshot(&snapshot, &pages);
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        wrong = snapshot;
        changes[i].change(&wrong);
        ck_assert_msg(put_changed(&wrong, pages, UINT32_MAX, &lost) < 0, "it takes %s",
                      changes[i].name);
        ck_assert_int_eq(error.status, STATUS_DATA);
        ck_assert_msg(strstr(error.text, changes[i].error), "%s", error.text);
    }
    free(bytes);
}
END_TEST

/* A VM that was never there, as its image is broken. */
START_TEST(takes_no_vm_that_never_was)
{
    static struct snapshot snapshot;
    struct machine *machine;
    const struct baby m = {0};

    if (!kept_possible())
        return;
    machine = kept_machine(ENGINE_DYNAMIC, TRANSPORT_PAGE);
    ck_assert_int_lt(machine_take(machine, &m, &snapshot, &error), 0);
    ck_assert_int_eq(error.status, STATUS_DATA);
    machine_close(machine);
}
END_TEST

Suite *suite_snapshot(void)
{
    Suite *suite = suite_create("snapshot");
    TCase *tests = tcase_create("snapshot");
    const int kinds = ENGINE_COUNT * TRANSPORT_COUNT;

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, goes_on_from_each_entry, 0, kinds);
    tcase_add_loop_test(tests, goes_on_from_the_middle_of_a_job, 0, ENGINE_COUNT);
    tcase_add_test(tests, loses_what_the_host_has_not);
    tcase_add_test(tests, refuses_what_kvm_does);
    tcase_add_test(tests, takes_no_vm_that_never_was);
    suite_add_tcase(suite, tests);
    return suite;
}
