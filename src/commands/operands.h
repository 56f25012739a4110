/* The programs that a command's operands name. */
#ifndef COMMANDS_OPERANDS_H
#define COMMANDS_OPERANDS_H

#include "commands/options.h"
#include "ssem/program.h"

/* Reads the program that is the operand of that number, from 0, or the 1948 program if there are no
 * operands, as --from and --origin say, and changes it as --set says. Prints its warnings on
 * standard error. On error like program_read_as(). */
int operands_read(const struct settings *settings, int number, struct program *program,
                  struct error *error);

/* Prints each warning on standard error. */
void operands_warn(const struct warnings *warnings);

#endif
