/* The programs that a command's operands name. */
#ifndef COMMANDS_OPERANDS_H
#define COMMANDS_OPERANDS_H

#include "base/output.h"
#include "commands/options.h"
#include "ssem/program.h"

/* Reads the bytes of the program that is the operand of that number, from 0, or the 1948 program if
 * there are no operands. As program_fetch(). */
int operands_fetch(const struct settings *settings, int number, struct program *program,
                   struct error *error);

/* Parses what was fetched, best in the sandbox, as --from and --origin say, and changes it as --set
 * says. Prints warnings on standard error. On error as program_parse(). */
int operands_parse(const struct settings *settings, struct program *program, struct error *error);
int operands_parse_all(const struct settings *settings, struct program *programs, size_t count,
                       struct error *error);

/* Frees a list of programs, NULL for none, and what they have fetched. */
void operands_drop(struct program *programs, size_t count);

/* For a command that only writes a program in another way: fetches it, opens the file for --output,
 * whose stream is NULL for none, enters the sandbox and parses the program there. On error returns
 * -errno with text and status and nothing stays open; otherwise output_commit() or output_abandon()
 * ends an output that has a stream. */
int operands_convert(const struct settings *settings, struct program *program,
                     struct output *output, struct error *error);

/* Prints each warning on standard error. */
void operands_warn(const struct warnings *warnings);

#endif
