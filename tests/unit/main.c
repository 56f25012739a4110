/* Runs every suite, or those named as arguments, and prints TAP. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
#define ROW(name) {#name, suite_##name},
    SUITES(ROW)
#undef ROW
};

#if defined(__SANITIZE_ADDRESS__)
/* What Check itself frees would stay in ASan's quarantine, up to 256 MiB, of which each test is a
 * fork: that took most of the time. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=4";
}
#endif

int main(int argc, char **argv)
{
    SRunner *runner;

    /* Four seconds, Check's own, may be short under sanitizers on a busy machine. */
    setenv("CK_DEFAULT_TIMEOUT", "120", 0);
    runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        bool wanted = argc < 2;

        for (int j = 1; j < argc; j++)
            wanted |= strcmp(argv[j], suites[i].name) == 0;
        if (wanted)
            srunner_add_suite(runner, suites[i].make());
    }
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed != 0;
}
