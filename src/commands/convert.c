/* `convert`: reads a program in one format and writes it in another. */
#include "base/output.h"
#include "commands/commands.h"
#include "ssem/program.h"

static int write_file(const struct settings *settings, const struct baby *m, struct error *error)
{
    struct output output;
    int result = output_open(&output, settings->output, error);

    if (result < 0)
        return result;
    settings->to->write(output.stream, m);
    return output_commit(&output, error);
}

static int convert(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    int result = program_read_as(&program, settings->operand_count ? settings->operands[0] : NULL,
                                 settings->from, settings->origin, error);

    if (result < 0)
        return result;
    if (settings->output)
        return write_file(settings, &program.state, error);
    settings->to->write(out, &program.state);
    return 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_FROM},   {.id = OPTION_TO},  {.id = OPTION_OUTPUT},
    {.id = OPTION_ORIGIN}, {.id = OPTION_END},
};

const struct command command_convert = {
    .name = "convert",
    .operands = "[PROGRAM]",
    .summary = "Convert a program between formats: assemble, disassemble, draw",
    .text = "PROGRAM is a file, or - for standard input; without it, the 1948 program. Its "
            "format is told by its content, unless --from says it. The formats are:\n"
            "\n"
            "  bits      a line of 32 characters 0 or 1 a word, the least significant first\n"
            "  snp       a snapshot: count of lines, then \"0001:\" and 32 bits; Sharp's, MAME's\n"
            "  asm       assembly, with line numbers or without; written as Sharp's and MAME's\n"
            "  ssem      assembly; written as NevynUK's, \"01: LDN 24\"; emuStudio's is read, too\n"
            "  decimal   a signed number a line\n"
            "  simh      SIMH's binary file: A, CI and the store\n"
            "  json      a JSON object: store, A, CI; what `run --json` prints is read, too\n"
            "  listing   line, bits, mnemonic, value, as `run` prints them; A, CI\n"
            "  text      the monitor tube drawn in Unicode characters; A, CI\n"
            "  svg       a picture of the monitor tube; A, CI\n"
            "\n"
            "All that is written can be read again. A and CI are 0 where a format lacks them.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = convert,
};
