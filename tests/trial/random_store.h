/* Random SSEM programs that make life hard for engines. */
#ifndef TRIAL_RANDOM_STORE_H
#define TRIAL_RANDOM_STORE_H

#include "guest/abi.h"

/* Fills *m: store, A, CI. Programs write into their own lines, jump through lines that they write,
 * run past line 31, hold -2^31, and reach STP only now and then. */
void random_store(struct baby *m, uint64_t *random);

/* A word as a program of random_store() may hold it. */
uint32_t random_store_word(uint64_t *random);

#endif
