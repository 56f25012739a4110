/* The programs that a command's operands name. */
#include "commands/operands.h"

#include <stdio.h>
#include <stdlib.h>

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

    if (result < 0)
        return result;
    apply(&settings->changes, &program->state);
    operands_warn(&program->warnings);
    return 0;
}

int operands_parse_all(const struct settings *settings, struct program *programs, size_t count,
                       struct error *error)
{
    int result = 0;

    for (size_t i = 0; i < count && result == 0; i++)
        result = operands_parse(settings, &programs[i], error);
    return result;
}

void operands_drop(struct program *programs, size_t count)
{
    for (size_t i = 0; programs && i < count; i++)
        program_drop(&programs[i]);
    free(programs);
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
