/* What `convert` and `job` begin with: a program, read in the sandbox, and a file for the answer.
 */
#ifndef COMMANDS_CONVERSION_H
#define COMMANDS_CONVERSION_H

#include "base/output.h"
#include "commands/options.h"
#include "ssem/program.h"

/* Reads the program that the settings name and opens the file for --output, whose stream is NULL
 * for standard output; then enters the sandbox, and parses the program there. On error returns
 * -errno with text and status and nothing stays open; otherwise output_commit() or output_abandon()
 * ends an output that has a stream. */
int conversion_begin(struct program *program, struct output *output,
                     const struct settings *settings, struct error *error);

#endif
