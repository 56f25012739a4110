/* The files that options name to be written: no two are one, and who has standard output. */
#include "commands/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/target.h"
#include "commands/values.h"

struct named {
    const char *option;
    const char *path;
    struct target target;
};

static int refuse(struct error *error, const struct named *output, const char *what)
{
    char shown[128];

    return error_set(error, STATUS_USAGE, EINVAL, "--%s: %s is %s; name another file",
                     output->option,
                     error_escape(shown, sizeof(shown), output->path, strlen(output->path)), what);
}

static int check_pairs(const struct named *list, size_t count, struct error *error)
{
    char what[64];

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (target_same(&list[i].target, &list[j].target)) {
                snprintf(what, sizeof(what), "what --%s writes", list[j].option);
                return refuse(error, &list[i], what);
            }
    return 0;
}

/* Fills the list with the outputs that can be found; returns how many. */
static size_t find(struct named list[OPTION_COUNT], const struct settings *settings)
{
    size_t count = 0;

    for (int id = 0; id < OPTION_COUNT; id++) {
        const struct option_row *row = &options_table[id];
        struct named *output = &list[count];

        if (row->parse != values_output)
            continue;
        output->option = row->name;
        output->path = *(const char *const *)((const char *)settings + row->offset);
        count += output->path && target_find(&output->target, output->path) == 0;
    }
    return count;
}

/* The outputs against a descriptor that we were started with. One that names it, or one that is the
 * same, is no mistake, and *named says that there is one; a file or pipe that happens to be the
 * same is one. */
static int check_descriptor(const struct named *list, size_t count, int number, const char *what,
                            bool *named, struct error *error)
{
    struct target descriptor;

    *named = false;
    if (target_of_descriptor(&descriptor, number) < 0)
        return 0;
    for (size_t i = 0; i < count; i++) {
        if (!target_same(&list[i].target, &descriptor))
            continue;
        if (list[i].target.kind != TARGET_DESCRIPTOR)
            return refuse(error, &list[i], what);
        *named = true;
    }
    return 0;
}

int outputs_check(const struct settings *settings, bool *standard_output, struct error *error)
{
    static struct named list[OPTION_COUNT]; /* many pages, of which mostly none is touched */
    const size_t count = find(list, settings);
    int result = check_pairs(list, count, error);
    bool named;

    *standard_output = false;
    if (count == 0)
        return 0;
    if (result == 0)
        result = check_descriptor(list, count, STDERR_FILENO, "where standard error goes", &named,
                                  error);
    if (result == 0)
        result = check_descriptor(list, count, STDOUT_FILENO, "where standard output goes",
                                  standard_output, error);
    for (size_t i = 0; i < count; i++)
        target_close(&list[i].target);
    return result;
}
