/* `convert`: reads a program in one format and writes it in another. */
#include "commands/commands.h"
#include "commands/conversion.h"

static int convert(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    struct output output;
    int result = conversion_begin(&program, &output, settings, error);

    if (result < 0)
        return result;
    settings->to->write(output.stream ? output.stream : out, &program.state);
    return output.stream ? output_commit(&output, error) : 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_FROM},   {.id = OPTION_TO},      {.id = OPTION_OUTPUT},
    {.id = OPTION_ORIGIN}, {.id = OPTION_SANDBOX}, {.id = OPTION_END},
};

const struct command command_convert = {
    .name = "convert",
    .operands = "[PROGRAM]",
    .summary = "Convert a program between formats: assemble, disassemble, draw",
    .text = "PROGRAM is a file, or - for standard input; without it, the 1948 program. Its "
            "format is recognised from the content, unless --from gives it. The formats are:\n"
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
