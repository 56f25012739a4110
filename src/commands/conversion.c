/* What `convert` and `job` begin with: a program, read in the sandbox, and a file for the answer.
 */
#include "commands/conversion.h"

#include <string.h>

#include "sandbox/sandbox.h"

#define SECONDS 10 /* of CPU: a program has 64 KiB at most */

int conversion_begin(struct program *program, struct output *output,
                     const struct settings *settings, struct error *error)
{
    struct sandbox sandbox = {.seconds = SECONDS};
    int result =
        program_fetch(program, settings->operand_count ? settings->operands[0] : NULL, error);

    *output = (struct output){0};
    if (result < 0)
        return result;
    if (settings->output && strcmp(settings->output, "-") != 0)
        result = output_open(output, settings->output, error);
    sandbox_add_output(&sandbox, output);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = program_parse(program, settings->from, settings->origin, error);
    program_drop(program);
    if (result < 0 && output->stream)
        output_abandon(output);
    return result;
}
