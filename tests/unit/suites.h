/* The suites of the unit tests, one per file, listed in main.c. */
#ifndef SUITES_H
#define SUITES_H

#include <check.h>

Suite *suite_bits(void);
Suite *suite_dispatcher(void);
Suite *suite_image(void);
Suite *suite_link(void);
Suite *suite_paging(void);
Suite *suite_step(void);

#endif
