/* The programs that a command's operands name. */
#include "commands/operands.h"

#include <stdio.h>

#include "sandbox/sandbox.h"

#define CONVERT_SECONDS 10 /* of CPU: a program has 64 KiB at most */

void operands_warn(const struct warnings *warnings)
{
    for (unsigned i = 0; i < warnings->count; i++)
        fprintf(stderr, "babyvisor: warning: %s\n", warnings->text[i]);
}

static void apply(const struct changes *changes, struct baby *m)
{
    for (unsigned line = 0; line < ABI_LINES; line++)
        if (changes->lines >> line & 1)
            m->store[line] = changes->store[line];
    if (changes->has_a)
        m->a = changes->a;
    if (changes->has_ci)
        m->ci = changes->ci;
}

int operands_fetch(const struct settings *settings, int number, struct program *program,
                   struct error *error)
{
    return program_fetch(program, settings->operand_count ? settings->operands[number] : NULL,
                         error);
}

int operands_parse(const struct settings *settings, struct program *program, struct error *error)
{
    int result = program_parse(program, settings->from, settings->origin, error);

    if (result == 0)
        apply(&settings->changes, &program->state);
    if (result == 0)
        operands_warn(&program->warnings);
    return result;
}

int operands_convert(const struct settings *settings, struct program *program,
                     struct output *output, struct error *error)
{
    struct sandbox sandbox = {.seconds = CONVERT_SECONDS};
    int result = operands_fetch(settings, 0, program, error);

    *output = (struct output){0};
    if (result < 0)
        return result;
    if (settings->output)
        result = output_open(output, settings->output, error);
    sandbox_add_output(&sandbox, output);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = operands_parse(settings, program, error);
    program_drop(program);
    if (result < 0 && output->stream)
        output_abandon(output);
    return result;
}
