/* The loop around KVM_RUN on a KVM that is made up: what ends it, and what must not. */
#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "vmm/dispatcher.h"
#include "vmm/watchdog.h"
#include "wrap.h"

#define RUN_SIZE 0x3000
#define FAKE_FD  -4711

static struct guest guest;
static struct error error;
static unsigned long entered; /* times of KVM_RUN */
static int (*stay)(void);     /* one stay in guest mode: as KVM_RUN, but -errno */

static int run_guest(int fd, unsigned long request, void *argument)
{
    (void)argument;
    ck_assert_int_eq(fd, FAKE_FD);
    ck_assert_uint_eq(request, KVM_RUN);
    entered++;
    return stay();
}

static void make_vm(void)
{
    guest = (struct guest){.vm = vm_none};
    guest.vm.vcpu_fd = FAKE_FD;
    guest.vm.run_size = RUN_SIZE;
    guest.vm.run = calloc(1, RUN_SIZE);
    guest.vm.memory = calloc(1, ABI_MEMORY_SIZE);
    ck_assert_ptr_nonnull(guest.vm.run);
    ck_assert_ptr_nonnull(guest.vm.memory);
    entered = 0;
    error = (struct error){0};
    wrap_ioctl = run_guest;
}

static void free_vm(void)
{
    watchdog_stop();
    wrap_ioctl = NULL;
    free(guest.vm.run);
    free(guest.vm.memory);
}

static int port(uint16_t number, uint32_t word, uint32_t count)
{
    guest.vm.run->exit_reason = KVM_EXIT_IO;
    guest.vm.run->io.port = number;
    guest.vm.run->io.direction = KVM_EXIT_IO_OUT;
    guest.vm.run->io.size = 4;
    guest.vm.run->io.count = count;
    guest.vm.run->io.data_offset = 0x1000;
    memcpy((uint8_t *)guest.vm.run + 0x1000, &word, sizeof(word));
    return 0;
}

static int ring(void)
{
    return port(ABI_PORT_DOORBELL, 0, 1);
}

/* An exit that is served and changes nothing. */
static int burn(void)
{
    return port(ABI_PORT_FAULT, 0, 0);
}

static int burn_then_ring(void)
{
    return entered < 1000 ? burn() : ring();
}

static int be_interrupted(void)
{
    return -EINTR;
}

static int be_interrupted_then_ring(void)
{
    return entered % 2 ? -EINTR : entered < 10 ? -EAGAIN : ring();
}

static int be_refused(void)
{
    return -EFAULT;
}

/* An exit_reason that is left from before must not be served after a signal. */
static int be_interrupted_with_old_exit(void)
{
    ring();
    guest.vm.run->exit_reason = KVM_EXIT_SHUTDOWN;
    return entered == 1 ? -EINTR : ring();
}

START_TEST(ends_with_the_doorbell)
{
    stay = ring;
    ck_assert_int_eq(dispatcher_run(&guest, &error), 0);
    ck_assert(guest.transport.booted);
    ck_assert_uint_eq(entered, 1);
}
END_TEST

START_TEST(goes_on_after_exits_and_signals)
{
    stay = burn_then_ring;
    ck_assert_int_eq(dispatcher_run(&guest, &error), 0);
    ck_assert_uint_eq(guest.exits.total, 1000);
    entered = 0;
    stay = be_interrupted_then_ring;
    ck_assert_int_eq(dispatcher_run(&guest, &error), 0);
    ck_assert_uint_eq(entered, 10);
    ck_assert_uint_eq(guest.exits.interrupted, 9);
    entered = 0;
    stay = be_interrupted_with_old_exit;
    ck_assert_int_eq(dispatcher_run(&guest, &error), 0);
}
END_TEST

/* Each KVM_RUN returns with an exit that is in order, and immediate_exit is of no use. */
START_TEST(time_limit_ends_a_guest_that_burns_exits)
{
    stay = burn;
    ck_assert_int_eq(watchdog_start(NULL, 0.05, &error), 0);
    ck_assert_int_eq(dispatcher_run(&guest, &error), -ETIME);
    ck_assert_int_eq(error.status, STATUS_TIMEOUT);
    ck_assert_uint_gt(entered, 100);
}
END_TEST

START_TEST(time_limit_ends_a_guest_that_is_interrupted)
{
    stay = be_interrupted;
    ck_assert_int_eq(watchdog_start(&guest.vm.run->immediate_exit, 0.05, &error), 0);
    ck_assert_int_eq(dispatcher_run(&guest, &error), -ETIME);
    ck_assert_int_eq(error.status, STATUS_TIMEOUT);
    ck_assert_uint_eq(guest.vm.run->immediate_exit, 1);
}
END_TEST

/* The exit that comes with the end of the time is not lost. */
static int be_late(void)
{
    raise(SIGRTMIN);
    return ring();
}

START_TEST(serves_the_last_exit)
{
    stay = be_late;
    ck_assert_int_eq(watchdog_start(&guest.vm.run->immediate_exit, 3600, &error), 0);
    ck_assert_int_eq(dispatcher_run(&guest, &error), 0);
    ck_assert(guest.transport.booted);
    ck_assert(watchdog_expired());
}
END_TEST

/* compare and verify start the watchdog anew for each row. */
START_TEST(next_time_limit_begins_anew)
{
    stay = be_interrupted;
    ck_assert_int_eq(watchdog_start(NULL, 0.01, &error), 0);
    ck_assert_int_eq(dispatcher_run(&guest, &error), -ETIME);
    stay = burn_then_ring;
    entered = 0;
    ck_assert_int_eq(watchdog_start(NULL, 3600, &error), 0);
    ck_assert(!watchdog_expired());
    ck_assert_int_eq(dispatcher_run(&guest, &error), 0);
}
END_TEST

START_TEST(ends_when_kvm_fails)
{
    stay = be_refused;
    ck_assert_int_eq(dispatcher_run(&guest, &error), -EFAULT);
    ck_assert_int_eq(error.status, STATUS_SYSTEM);
    ck_assert_ptr_nonnull(strstr(error.text, "KVM_RUN: "));
    ck_assert_uint_eq(entered, 1);
}
END_TEST

Suite *suite_run(void)
{
    Suite *suite = suite_create("run");
    TCase *tests = tcase_create("run");

    tcase_set_timeout(tests, 20);
    tcase_add_checked_fixture(tests, make_vm, free_vm);
    tcase_add_test(tests, ends_with_the_doorbell);
    tcase_add_test(tests, goes_on_after_exits_and_signals);
    tcase_add_test(tests, time_limit_ends_a_guest_that_burns_exits);
    tcase_add_test(tests, time_limit_ends_a_guest_that_is_interrupted);
    tcase_add_test(tests, serves_the_last_exit);
    tcase_add_test(tests, next_time_limit_begins_anew);
    tcase_add_test(tests, ends_when_kvm_fails);
    suite_add_tcase(suite, tests);
    return suite;
}
