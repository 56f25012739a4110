/* A program's text, from a file, standard input or memory, read into a store. */
#include "ssem/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "file.h"
#include "ssem/bits.h"

int program_parse(struct program *program, const char *name, const char *text, size_t length,
                  struct error *error)
{
    memset(&program->machine, 0, sizeof(program->machine));
    snprintf(program->name, sizeof(program->name), "%s", name);
    return bits_read(program->machine.store, name, text, length, error);
}

int program_read(struct program *program, const char *path, struct error *error)
{
    struct file file;
    char name[sizeof(program->name)];
    int result;

    if (!path)
        return program_parse(program, "the 1948 program", embedded_first,
                             (size_t)(embedded_first_end - embedded_first), error);
    result = file_read(&file, path, PROGRAM_MAX, error);
    if (result < 0)
        return result;
    result =
        program_parse(program, file_name(path, name, sizeof(name)), file.bytes, file.length, error);
    free(file.bytes);
    return result;
}
