/* The files that options name to be written: their names fit what they will be, no two are one, and
 * who has standard output. */
#ifndef COMMANDS_OUTPUTS_H
#define COMMANDS_OUTPUTS_H

#include "commands/options.h"

/* Looks at the outputs that the options name, and where they lead. One whose name ends as that of
 * another kind of file (.png for a picture, which is SVG) is refused. Two that lead to one file or
 * pipe are refused, as is one that standard output or standard error is redirected to by the shell,
 * since one would be lost or both mixed: -EINVAL with text and status 64. Otherwise returns 0 and
 * in *standard_output whether one of them is standard output ("-", or a descriptor that is the
 * same): what else is printed then goes to standard error. What cannot be found is left to
 * output_open().
 */
int outputs_check(const struct settings *settings, bool *standard_output, struct error *error);

#endif
