/* Calls of the kernel and of the C library that fail when asked to. */
#ifndef TESTS_WRAP_H
#define TESTS_WRAP_H

/* The program is linked with --wrap for each of the functions in wrap.c. From now on the count-th
 * call of one of them fails, in this process or one that it forks, and no other; 0: none does. */
void wrap_fail(unsigned long count);

/* The name of the function that has failed since a count was given, or NULL. */
const char *wrap_failed(void);

#endif
