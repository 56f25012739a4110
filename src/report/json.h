/* Output for programs: one JSON object each, with a schema key. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdio.h>

#include "machine.h"

/* Prints babyvisor/run/1. Returns 0, or -ENOMEM with text and status. */
int json_run(FILE *out, const struct machine_result *result, const struct machine_stats *stats,
             const struct settings *settings, struct error *error);

/* Prints object and a newline and gives the object back to jansson; -ENOMEM for a NULL one. */
int json_print(FILE *out, void *object, struct error *error);

#endif
