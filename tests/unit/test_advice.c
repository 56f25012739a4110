/* Advice: what to do about /dev/kvm fits why it cannot be used. */
#include <errno.h>
#include <string.h>

#include "observe/advice.h"
#include "suites.h"

/* Each case with words that its advice must have, and words that would send the user astray. */
static const struct {
    struct advice_facts facts;
    const char *says, *never;
} cases[] = {
    {{.code = ENOENT, .cpu = KVM_KIND_VT_X, .is_container = true},
     "and load KVM on its host",
     "modprobe"},
    {{.code = ENOENT, .loaded = KVM_KIND_PVM, .is_container = true, .is_virtual = true},
     "--device=/dev/kvm",
     "load KVM"},
    {{.code = ENOENT, .cpu = KVM_KIND_VT_X},
     "modprobe kvm_intel`; if that fails, turn on",
     "nested"},
    {{.code = ENODEV, .cpu = KVM_KIND_AMD_V},
     "modprobe kvm_amd`; if that fails, turn on",
     "nested"},
    {{.code = ENXIO, .cpu = KVM_KIND_VT_X, .is_virtual = true},
     "nested virtualization",
     "firmware"},
    {{.code = ENOENT, .is_virtual = true}, "nested virtualization", "firmware"},
    {{.code = ENOENT}, "firmware", "modprobe"},
    {{.code = ENOENT, .cpu = KVM_KIND_VT_X, .loaded = KVM_KIND_VT_X},
     "mknod -m 660 /dev/kvm",
     "modprobe"},
    {{.code = EACCES, .group = "kvm", .user = "tom"},
     "`adduser tom kvm` and log in again",
     "chgrp"},
    {{.code = EACCES, .group = "virt"}, "`adduser $USER virt`", "chgrp"},
    {{.code = EACCES, .group = "kvm", .user = "tom", .is_in_group = true},
     "`newgrp kvm`",
     "adduser"},
    {{.code = EACCES, .user = "tom"}, "chgrp kvm /dev/kvm", "container"},
    {{.code = EACCES, .is_container = true}, "or have the container started so", "--device"},
    {{.code = EPERM, .is_container = true, .group = "kvm"}, "--device=/dev/kvm", "adduser"},
    {{.code = EPERM, .group = "kvm"}, "security module", "adduser"},
    {{.code = EBUSY, .cpu = KVM_KIND_VT_X, .loaded = KVM_KIND_VT_X}, "VirtualBox", "modprobe"},
};

START_TEST(fits_the_case)
{
    char text[256];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        advice_text(&cases[i].facts, text, sizeof(text));
        ck_assert_msg(strstr(text, cases[i].says), "%zu: %s", i, text);
        ck_assert_msg(!strstr(text, cases[i].never), "%zu: %s", i, text);
        ck_assert_uint_lt(strlen(text), sizeof(text) - 1);
    }
}
END_TEST

START_TEST(is_silent_about_what_is_unknown)
{
    const struct advice_facts facts = {.code = EMFILE, .cpu = KVM_KIND_VT_X, .is_container = true};
    char text[256] = "before";

    ck_assert_str_eq(advice_text(&facts, text, sizeof(text)), "");
}
END_TEST

START_TEST(gathers_what_is_here)
{
    struct advice_facts facts;

    advice_gather(&facts, EACCES);
    ck_assert_int_eq(facts.code, EACCES);
    ck_assert_int_eq(facts.cpu, kvm_cpu_kind());
    ck_assert_int_eq(facts.loaded, kvm_kind());
}
END_TEST

Suite *suite_advice(void)
{
    Suite *suite = suite_create("advice");
    TCase *tests = tcase_create("advice");

    tcase_add_test(tests, fits_the_case);
    tcase_add_test(tests, is_silent_about_what_is_unknown);
    tcase_add_test(tests, gathers_what_is_here);
    suite_add_tcase(suite, tests);
    return suite;
}
