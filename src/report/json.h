/* Output for programs: one JSON object each, with a schema key. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "machine/run.h"
#include "report/moved.h"

/* Prints babyvisor/run/1 of the program of that name, with durations if config asked for a tally,
 * and with its move, which may be NULL. Returns 0, or -ENOMEM with text and status. */
int json_run(FILE *out, const char *program, const struct run *run,
             const struct machine_stats *stats, const struct machine_config *config,
             const struct moved *moved, struct error *error);

/* The number, or a string of its digits above 2^63 - 1, which jansson and many other readers take
 * for the largest there is; the caller owns it. */
json_t *json_unsigned(uint64_t number);

/* The store as an array of 32 signed numbers; the caller owns it. */
json_t *json_store(const struct baby *m);

/* To be called before a command, so that json_print() knows what memory there was not, and jansson
 * has its seed, for which it would open a file later, in the sandbox. */
void json_begin(void);

/* Prints object, with its origin if that has begun, and a newline, and gives the object back to
 * jansson. Returns 0, or -ENOMEM with text and status, printing nothing, if the object is NULL or
 * lost a part since json_begin(). */
int json_print(FILE *out, json_t *object, struct error *error);

#endif
