/* `convert`: reads a program in one format and writes it in another. */
#include "commands/commands.h"
#include "commands/operands.h"
#include "ssem/isa.h"

/* Warns of a state that the format cannot keep: the program would begin anew with the store that it
 * has changed. */
static void warn_of_loss(const struct format *to, const struct baby *m)
{
    struct warnings warnings = {0};

    if (to->has_state || (m->a == 0 && m->ci == 0))
        return;
    warnings_add(&warnings,
                 "A = %d and CI = %u are lost: %s keeps the store alone; json keeps them",
                 (int)isa_number(m->a), (unsigned)m->ci, to->name);
    operands_warn(&warnings);
}

static int convert(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    struct output output;
    int result = operands_convert(settings, &program, &output, error);

    if (result < 0)
        return result;
    warn_of_loss(settings->to, &program.state);
    settings->to->write(output.stream ? output.stream : out, &program.state);
    return output.stream ? output_commit(&output, error) : 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_FROM}, {.id = OPTION_TO},      {.id = OPTION_OUTPUT}, {.id = OPTION_ORIGIN},
    {.id = OPTION_SET},  {.id = OPTION_SANDBOX}, {.id = OPTION_END},
};

const struct command command_convert = {
    .name = "convert",
    .operands = "[PROGRAM]",
    .summary = "Convert a program between formats: assemble, disassemble, draw",
    .text = "PROGRAM is a file, or - for standard input; without it, the 1948 program. Its "
            "format is recognised from the content, unless --from gives it. A and CI are 0 where "
            "a format lacks them. The formats are:\n",
    .list = "formats",
    .max_operands = 1,
    .accepts = accepts,
    .run = convert,
};
