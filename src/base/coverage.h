/* Writes the counts of a build with coverage where a process will not do so at its end: it leaves
 * by _exit(), or will not be allowed to open files. What it does after that is not counted. */
#ifndef BASE_COVERAGE_H
#define BASE_COVERAGE_H

#ifdef COVERAGE
#include <gcov.h>
#define coverage_write() __gcov_dump()
#else
#define coverage_write() ((void)0)
#endif

#endif
