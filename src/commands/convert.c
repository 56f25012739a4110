/* `convert`: reads a program in one format and writes it in another. */
#include <string.h>

#include "base/output.h"
#include "commands/commands.h"
#include "commands/operands.h"
#include "ssem/isa.h"

static int write_file(const struct settings *settings, const struct baby *m, struct error *error)
{
    struct output output;
    int result = output_open(&output, settings->output, error);

    if (result < 0)
        return result;
    settings->to->write(output.stream, m);
    return output_commit(&output, error);
}

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
    int result = operands_read(settings, 0, &program, error);

    if (result < 0)
        return result;
    warn_of_loss(settings->to, &program.state);
    if (settings->output && strcmp(settings->output, "-") != 0)
        return write_file(settings, &program.state, error);
    settings->to->write(out, &program.state);
    return 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_FROM},   {.id = OPTION_TO},  {.id = OPTION_OUTPUT},
    {.id = OPTION_ORIGIN}, {.id = OPTION_SET}, {.id = OPTION_END},
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
