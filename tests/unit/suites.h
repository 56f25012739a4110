/* The suites of the unit tests, one per file. */
#ifndef SUITES_H
#define SUITES_H

#include <check.h>

#define SUITES(SUITE)                                                                              \
    SUITE(advice)                                                                                  \
    SUITE(assembler)                                                                               \
    SUITE(atlas)                                                                                   \
    SUITE(atlas_file)                                                                              \
    SUITE(bits)                                                                                    \
    SUITE(checkpoint)                                                                              \
    SUITE(committer)                                                                               \
    SUITE(cycle)                                                                                   \
    SUITE(debug)                                                                                   \
    SUITE(descriptors)                                                                             \
    SUITE(digits)                                                                                  \
    SUITE(dispatcher)                                                                              \
    SUITE(doctor)                                                                                  \
    SUITE(engines)                                                                                 \
    SUITE(filter)                                                                                  \
    SUITE(fit)                                                                                     \
    SUITE(formats)                                                                                 \
    SUITE(histogram)                                                                               \
    SUITE(image)                                                                                   \
    SUITE(input)                                                                                   \
    SUITE(invariant)                                                                               \
    SUITE(line)                                                                                    \
    SUITE(lines)                                                                                   \
    SUITE(native)                                                                                  \
    SUITE(translation)                                                                             \
    SUITE(transport)                                                                               \
    SUITE(paging)                                                                                  \
    SUITE(panel)                                                                                   \
    SUITE(output)                                                                                  \
    SUITE(qemu)                                                                                    \
    SUITE(pool)                                                                                    \
    SUITE(precopy)                                                                                 \
    SUITE(programs)                                                                                \
    SUITE(race)                                                                                    \
    SUITE(run)                                                                                     \
    SUITE(sandbox)                                                                                 \
    SUITE(snapshot)                                                                                \
    SUITE(snapshot_file)                                                                           \
    SUITE(state)                                                                                   \
    SUITE(space)                                                                                   \
    SUITE(step)                                                                                    \
    SUITE(target)                                                                                  \
    SUITE(turn)                                                                                    \
    SUITE(vm)                                                                                      \
    SUITE(watchdog)                                                                                \
    SUITE(x86)

#define SUITES_DECLARE(name) Suite *suite_##name(void);
SUITES(SUITES_DECLARE)

#endif
