/* A VM that a signal keeps from being made. */
#include <errno.h>
#include <linux/kvm.h>

#include "suites.h"
#include "vmm/vm.h"
#include "vmm/watchdog.h"
#include "wrap.h"

#define ANYTHING 77 /* a descriptor that nobody opens */

static struct error error;
static int interruptions; /* that are to come; below 0: without end */

static int interrupted(int fd, unsigned long request, void *argument)
{
    (void)argument;
    ck_assert_int_eq(fd, ANYTHING);
    ck_assert_uint_eq(request, KVM_CREATE_VM);
    if (interruptions == 0)
        return ANYTHING + 1;
    interruptions -= interruptions > 0;
    return -EINTR;
}

static int refused(int fd, unsigned long request, void *argument)
{
    (void)fd;
    (void)request;
    (void)argument;
    interruptions++;
    return -ENOMEM;
}

START_TEST(is_made_after_interruptions)
{
    struct vm vm = vm_none;

    interruptions = 3;
    wrap_ioctl = interrupted;
    ck_assert_int_eq(vm_create(&vm, ANYTHING, &error), 0);
    ck_assert_int_eq(vm.vm_fd, ANYTHING + 1);
    ck_assert_int_eq(interruptions, 0);
}
END_TEST

START_TEST(is_given_up_when_the_time_is_up)
{
    struct vm vm = vm_none;

    interruptions = -1;
    wrap_ioctl = interrupted;
    ck_assert_int_eq(watchdog_start(NULL, 0.01, &error), 0);
    ck_assert_int_eq(vm_create(&vm, ANYTHING, &error), -EINTR);
    watchdog_stop();
    ck_assert_str_eq(error.text, "KVM_CREATE_VM: Interrupted system call");
}
END_TEST

START_TEST(is_not_asked_for_again_after_an_error)
{
    struct vm vm = vm_none;

    interruptions = 0;
    wrap_ioctl = refused;
    ck_assert_int_eq(vm_create(&vm, ANYTHING, &error), -ENOMEM);
    ck_assert_int_eq(interruptions, 1);
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
