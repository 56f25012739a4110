/* The values of options: a parser for each kind of field. */
#ifndef COMMANDS_VALUES_H
#define COMMANDS_VALUES_H

#include "commands/options.h"

/* Each reads value into *field, of the type named here, and returns 0, or -EINVAL with text and
 * status 64. */
typedef int values_parser(void *field, const struct option_row *row, const char *value,
                          struct error *error);

values_parser values_flag;   /* bool: true; no value */
values_parser values_text;   /* const char *: the value itself, not copied; a name, so not empty */
values_parser values_output; /* the same, the path of a file to write */
values_parser values_checkpoint;   /* the same, of one that is also read again: not "-" */
values_parser values_choice;       /* int or enum: a name of row->choices */
values_parser values_choices;      /* uint32_t: a bit for each name, or all of them for "all" */
values_parser values_limit;        /* uint64_t: a number with k, M or G, or "none" for UINT64_MAX */
values_parser values_run_limit;    /* struct run_limit: the same, or + and a number */
values_parser values_rows;         /* uint64_t: a number above 0, UINT64_MAX for no value */
values_parser values_seconds;      /* double: above 0, at most 1e9 */
values_parser values_instructions; /* struct run_limit: a number, and is_more: it was given */
values_parser values_count;        /* uint64_t: from 1 to a million */
values_parser values_workers;      /* unsigned: 1 to POOL_WORKERS */
values_parser values_shard;        /* struct shard_choice: I/N */
values_parser values_keep;         /* struct keep: kinds with a number each */
values_parser values_from;         /* const struct format *: the name of one that can be read */
values_parser values_to;           /* const struct format *: the name of one that can be written */
values_parser values_origin;       /* int: 0 or 1 */
values_parser values_change;       /* struct changes: one more, LINE=VALUE, A=VALUE or CI=LINE */

/* The instructions since the program's beginning at which a run ends that has begun after so many.
 */
uint64_t values_total(const struct run_limit *limit, uint64_t executed);

/* Whether a format is a value of --from, of --to. */
bool values_can_read(const struct format *format);
bool values_can_write(const struct format *format);

#endif
