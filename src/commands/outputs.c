/* The files that options name to be written: their names fit what they will be, no two are one, and
 * who has standard output. */
#include "commands/outputs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/target.h"
#include "commands/values.h"

/* Endings of names that say what is in the file, and what that is of what is written here. */
static const struct {
    const char *endings[9];
    const char *what;
} kinds[] = {
    {{"svg"}, "svg"},
    {{"html", "htm", "xhtml"}, "html"},
    {{"csv"}, "csv"},
    {{"json", "jsonl"}, "json"},
    {{"png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff"}, NULL},
    {{"pdf", "ps", "eps"}, NULL},
    {{"xls", "xlsx", "ods", "tsv"}, NULL},
};

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

/* What an option writes, by the name of its ending or format; NULL where no name ends so. */
static const char *written(enum option_id id, const struct settings *settings)
{
    switch (id) {
    case OPTION_PICTURE:
    case OPTION_CHART:
        return "svg";
    case OPTION_HTML:
        return "html";
    case OPTION_CSV:
        return "csv";
    case OPTION_TRACE:
    case OPTION_SAVE:
        return "json";
    default:
        return settings->to ? settings->to->name : NULL;
    }
}

/* What is in a file of that name, as its ending says: an index of kinds, -1 for no known one. */
static int kind_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        for (size_t n = 0; kinds[i].endings[n]; n++)
            if (strcasecmp(dot + 1, kinds[i].endings[n]) == 0)
                return (int)i;
    return -1;
}

/* Refuses a name that promises something else than what is written: a picture is no PNG because it
 * is called so. */
static int check_ending(enum option_id id, const char *path, const struct settings *settings,
                        struct error *error)
{
    const char *what = written(id, settings);
    const int kind = kind_of(path);
    const struct format *format;
    char shown[128];

    if (kind < 0 || !what || (kinds[kind].what && strcmp(kinds[kind].what, what) == 0))
        return 0;
    error_set(error, STATUS_USAGE, EINVAL, "--%s: %s: what is written is %s",
              options_table[id].name, error_escape(shown, sizeof(shown), path, strlen(path)), what);
    format = kinds[kind].what && settings->to ? formats_find(kinds[kind].what) : NULL;
    if (format && format->write)
        error_add(error, "; give --to=%s, or another name", format->name);
    else if (id == OPTION_OUTPUT && strcmp(what, "svg") != 0)
        error_add(error, "; give it another name");
    else
        error_add(error, "; let the name end in .%s", what);
    return -EINVAL;
}

/* The file that an option names; NULL if it is not given, or names none. */
static const char *path_of(enum option_id id, const struct settings *settings)
{
    const struct option_row *row = &options_table[id];

    return row->parse == values_output || row->parse == values_checkpoint
               ? *(const char *const *)((const char *)settings + row->offset)
               : NULL;
}

static int check_endings(const struct settings *settings, struct error *error)
{
    int result = 0;

    for (int id = 0; id < OPTION_COUNT && result == 0; id++) {
        const char *path = path_of((enum option_id)id, settings);

        if (path)
            result = check_ending((enum option_id)id, path, settings, error);
    }
    return result;
}

/* Fills the list with the outputs that can be found; returns how many. */
static size_t find(struct named list[OPTION_COUNT], const struct settings *settings)
{
    size_t count = 0;

    for (int id = 0; id < OPTION_COUNT; id++) {
        const char *path = path_of((enum option_id)id, settings);

        if (!path || target_find(&list[count].target, path) < 0)
            continue;
        list[count].option = options_table[id].name;
        list[count++].path = path;
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
    int result = check_endings(settings, error);
    bool named;

    *standard_output = false;
    if (count == 0)
        return 0;
    if (result == 0)
        result = check_pairs(list, count, error);
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
