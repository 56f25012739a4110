/* A program's text, from a file, standard input or memory, read into a store. */
#include "ssem/program.h"

#include <stdlib.h>

#include "base/embedded.h"
#include "base/file.h"

int program_fetch(struct program *program, const char *path, struct error *error)
{
    struct file file;
    int result;

    *program = (struct program){.name = "the 1948 program"};
    if (!path)
        return 0;
    result = file_read(&file, path, PROGRAM_MAX, error);
    if (result < 0)
        return result;
    file_name(path, program->name, sizeof(program->name));
    program->bytes = file.bytes;
    program->length = file.length;
    return 0;
}

int program_parse(struct program *program, const struct format *format, int origin,
                  struct error *error)
{
    const struct source source = {
        .name = program->name,
        .text = program->bytes ? program->bytes : embedded_first,
        .length = program->bytes ? program->length : (size_t)(embedded_first_end - embedded_first),
        .origin = origin,
    };
    int result = formats_read(&program->state, format, &source, &program->warnings, error);

    program_drop(program);
    return result;
}

void program_drop(struct program *program)
{
    free(program->bytes);
    program->bytes = NULL;
}

int program_read(struct program *program, const char *path, struct error *error)
{
    int result = program_fetch(program, path, error);

    return result < 0 ? result : program_parse(program, NULL, SOURCE_ORIGIN_DEFAULT, error);
}
