/* The suites of the unit tests, one per file, listed in main.c. */
#ifndef SUITES_H
#define SUITES_H

#include <check.h>

Suite *suite_bits(void);
Suite *suite_step(void);

#endif
