/* Help texts, made from the tables of commands, options and values. */
#ifndef COMMANDS_HELP_H
#define COMMANDS_HELP_H

#include <stdio.h>

#include "commands/commands.h"

/* Prints what `babyvisor --help` shows. */
void help_program(FILE *out);

/* Prints what `babyvisor help COMMAND` shows. */
void help_command(FILE *out, const struct command *command);

/* Prints the values of that list, such as "engines", one a line: name and meaning. Returns 0, or
 * -ENOENT if there is no such list. */
int help_values(FILE *out, const char *list);

#endif
