/* Help texts, made from the tables of commands, options and values. */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H

#include <stdio.h>

#include "commands/commands.h"

/* Prints what `babyvisor --help` shows. */
void help_program(FILE *out);

/* Prints what `babyvisor help COMMAND` shows. */
void help_command(FILE *out, const struct command *command);

/* Exit statuses and what they mean; meaning is NULL at the end. */
struct help_status {
    enum status status;
    const char *meaning;
};

extern const struct help_status help_statuses[];

/* The name of the n-th list of `help LIST`, NULL after the last. */
const char *help_list_name(size_t n);

/* The list of that name, such as "engines", or NULL. */
const struct choice *help_list(const char *name);

/* Prints the values of that list, such as "engines", one a line: name and meaning. Returns 0, or
 * -ENOENT if there is no such list. */
int help_values(FILE *out, const char *list);

#endif
