/* The state as a JSON object: with a check, for runs that go on, or for people. */
#ifndef SSEM_STATE_JSON_H
#define SSEM_STATE_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"

/* How what state_json_save() writes begins. */
#define STATE_JSON_START "{\"schema\":\"babyvisor/state/1\","

/* Whether it begins like an object. */
bool state_json_recognise(const struct source *source);

/* Reads one of three schemas: babyvisor/state/1, of which nothing may be missing and whose check
 * must be right; babyvisor/store/1, where what is missing is 0; and babyvisor/run/1, which is what
 * `run --json` prints. Other keys of the first and the last are ignored. m must be all zero. Adds
 * to d what is wrong: a place is known for errors of syntax alone. */
void state_json_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* Writes one line, of babyvisor/store/1: without executed. */
void state_json_write(FILE *out, const struct baby *m);

/* Writes one line, of babyvisor/state/1: all of m, with a CRC-64 of its numbers. */
void state_json_write_checked(FILE *out, const struct baby *m);

/* The same with the name of why it stopped, for who looks into the file; NULL for none. */
void state_json_save(FILE *out, const struct baby *m, const char *stop);

#endif
