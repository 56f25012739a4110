/* A program's text, from a file, standard input or memory, read into a store. */
#include "ssem/program.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/embedded.h"
#include "base/file.h"

static int parse_as(struct program *program, const char *name, const char *text, size_t length,
                    const struct format *format, int origin, struct error *error)
{
    snprintf(program->name, sizeof(program->name), "%s", name);

    struct source source = {
        .name = program->name,
        .text = text,
        .length = length,
        .origin = origin,
    };

    program->warnings.count = 0;
    return formats_read(&program->state, format, &source, &program->warnings, error);
}

int program_read_as(struct program *program, const char *path, const struct format *format,
                    int origin, struct error *error)
{
    struct file file;
    char name[sizeof(program->name)];
    int result;

    if (!path)
        return parse_as(program, "the 1948 program", embedded_first,
                        (size_t)(embedded_first_end - embedded_first), format, origin, error);
    result = file_read(&file, path, PROGRAM_MAX, error);
    if (result < 0)
        return result;
    result = parse_as(program, file_name(path, name, sizeof(name)), file.bytes, file.length, format,
                      origin, error);
    free(file.bytes);
    return result;
}

int program_read(struct program *program, const char *path, struct error *error)
{
    return program_read_as(program, path, NULL, SOURCE_ORIGIN_DEFAULT, error);
}
