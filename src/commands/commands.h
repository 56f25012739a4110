/* The command table's row, and the commands that fill it. */
#ifndef COMMANDS_COMMANDS_H
#define COMMANDS_COMMANDS_H

#include <stdio.h>

#include "commands/options.h"

struct command {
    const char *name;
    const char *operands; /* for the synopsis, "" for none */
    const char *summary;  /* one line */
    const char *text; /* for `help NAME`: paragraphs, each a line; with a blank first, as it is */
    const char *list; /* of which values, such as "engines", the text speaks last; or NULL */
    int max_operands;
    const struct accepted *accepts;
    /* Does the work and writes its answer to out, nothing on error. Returns an exit status, or
     * -errno with text and status in *error. */
    int (*run)(const struct settings *settings, FILE *out, struct error *error);
};

extern const struct command command_clone;
extern const struct command command_batch;
extern const struct command command_compare;
extern const struct command command_convert;
extern const struct command command_debug;
extern const struct command command_doctor;
extern const struct command command_exits;
extern const struct command command_job;
extern const struct command command_receive;
extern const struct command command_panel;
extern const struct command command_run;
extern const struct command command_sandbox;
extern const struct command command_snapshot;
extern const struct command command_sweep;
extern const struct command command_translate;
extern const struct command command_transports;
extern const struct command command_verify;

/* All commands in the order of the help, NULL at the end. */
extern const struct command *const commands_table[];

/* The command of that name, or NULL. */
const struct command *commands_find(const char *name);

#endif
