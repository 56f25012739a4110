/* A VM that a signal keeps from being made. */
#include <errno.h>
#include <limits.h>
#include <linux/kvm.h>

#include "suites.h"
#include "vmm/vm.h"
#include "vmm/watchdog.h"
#include "wrap.h"

#define ANYTHING 77 /* a descriptor that nobody opens */

static struct error error;
static int calls, failures, code; /* so many of the first calls fail, each with that */

static int answer(int fd, unsigned long request, void *argument)
{
    (void)argument;
    ck_assert_int_eq(fd, ANYTHING);
    ck_assert_uint_eq(request, KVM_CREATE_VM);
    return calls++ < failures ? -code : ANYTHING + 1;
}

static void refuse(int how_often, int with)
{
    calls = 0;
    failures = how_often;
    code = with;
    wrap_ioctl = answer;
}

START_TEST(is_made_after_interruptions)
{
    struct vm vm = vm_none;

    refuse(3, EINTR);
    ck_assert_int_eq(vm_create(&vm, ANYTHING, &error), 0);
    ck_assert_int_eq(vm.vm_fd, ANYTHING + 1);
    ck_assert_int_eq(calls, 4);
}
END_TEST

START_TEST(is_given_up_when_the_time_is_up)
{
    struct vm vm = vm_none;

    refuse(INT_MAX, EINTR);
    ck_assert_int_eq(watchdog_start(NULL, 0.01, &error), 0);
    ck_assert_int_eq(vm_create(&vm, ANYTHING, &error), -EINTR);
    watchdog_stop();
    ck_assert_str_eq(error.text, "KVM_CREATE_VM: Interrupted system call");
}
END_TEST

START_TEST(is_not_asked_for_again_after_an_error)
{
    struct vm vm = vm_none;

    refuse(1, ENOMEM);
    ck_assert_int_eq(vm_create(&vm, ANYTHING, &error), -ENOMEM);
    ck_assert_int_eq(calls, 1);
}
END_TEST

static void unwrap(void)
{
    wrap_ioctl = NULL;
}

Suite *suite_vm(void)
{
    Suite *suite = suite_create("vm");
    TCase *tcase = tcase_create("vm");

    tcase_add_checked_fixture(tcase, NULL, unwrap);
    tcase_add_test(tcase, is_made_after_interruptions);
    tcase_add_test(tcase, is_given_up_when_the_time_is_up);
    tcase_add_test(tcase, is_not_asked_for_again_after_an_error);
    suite_add_tcase(suite, tcase);
    return suite;
}
