/* The programs that a command's operands name. */
#include "commands/operands.h"

#include <stdio.h>

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

int operands_read(const struct settings *settings, int number, struct program *program,
                  struct error *error)
{
    const char *path = settings->operand_count ? settings->operands[number] : NULL;
    int result = program_read_as(program, path, settings->from, settings->origin, error);

    if (result == 0)
        apply(&settings->changes, &program->state);
    if (result == 0)
        operands_warn(&program->warnings);
    return result;
}
