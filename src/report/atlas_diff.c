/* Where files of `exits --json` differ: machines, kernels, versions side by side. */
#include "report/atlas_diff.h"

#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "report/text.h"

#define RATIO_SHOWN  1.5
#define TEXT_COLUMNS 50                    /* of what happened, with a cost beside it */
#define ESCAPED      (4 * ATLAS_FILE_TEXT) /* bytes of a string of a file, each as \xNN */

/* How often a row exits, as the words for it say: n times, once in n (below 0), or once. */
static long times(const struct atlas_file_row *row)
{
    if (row->exits > 1e9 || row->exits < 1e-9)
        return 0;
    return row->exits >= 1.5   ? (long)(row->exits + 0.5)
           : row->exits < 0.75 ? -(long)(1 / row->exits + 0.5)
                               : 1;
}

static bool is_same(const struct atlas_file_row *a, const struct atlas_file_row *b)
{
    return strcmp(a->happened, b->happened) == 0 && strcmp(a->exit, b->exit) == 0 &&
           strcmp(a->fault, b->fault) == 0 && strcmp(a->answer, b->answer) == 0 &&
           a->stuck == b->stuck && (strcmp(a->happened, "exit") != 0 || times(a) == times(b));
}

/* How much the costs of a row that all files have differ. */
static double ratio_of(const struct atlas_diff_row *row, size_t count)
{
    const struct atlas_file_row *lowest = row->in[0], *highest = row->in[0];

    for (size_t i = 0; i < count; i++) {
        if (row->in[i]->median_ns <= 0 || row->in[i]->p99_ns <= 0)
            return 0;
        lowest = row->in[i]->median_ns < lowest->median_ns ? row->in[i] : lowest;
        highest = row->in[i]->median_ns > highest->median_ns ? row->in[i] : highest;
    }
    return highest->median_ns > lowest->p99_ns ? highest->median_ns / lowest->median_ns : 0;
}

static void compare_row(struct atlas_diff_row *row, const struct atlas_diff *diff)
{
    row->complete = row->same = true;
    for (size_t i = 0; i < diff->file_count; i++) {
        const struct atlas_file_row *here =
            atlas_file_find(&diff->files[i], row->any->name, row->any->ring);

        if (here && strcmp(here->happened, "not-run") != 0)
            row->in[i] = here;
        row->complete = row->complete && row->in[i];
        row->same = row->same && row->complete && is_same(row->in[0], here);
    }
    if (row->same && !diff->emulated)
        row->ratio = ratio_of(row, diff->file_count);
}

static bool is_listed(const struct atlas_diff *diff, size_t files, const struct atlas_file_row *row)
{
    for (size_t i = 0; i < files; i++)
        if (atlas_file_find(&diff->files[i], row->name, row->ring))
            return true;
    return false;
}

int atlas_diff_make(struct atlas_diff *diff, const struct atlas_file *files, size_t count,
                    struct error *error)
{
    size_t most = 0;

    *diff = (struct atlas_diff){.files = files, .file_count = count};
    for (size_t i = 0; i < count; i++) {
        most += files[i].count;
        diff->emulated = diff->emulated || files[i].emulator[0];
    }
    diff->rows = calloc(most ? most : 1, sizeof(diff->rows[0]));
    if (!diff->rows)
        return error_memory(error);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < files[i].count; k++) {
            struct atlas_diff_row *row = &diff->rows[diff->count];

            if (is_listed(diff, i, &files[i].rows[k]))
                continue;
            row->any = &files[i].rows[k];
            compare_row(row, diff);
            diff->count++;
        }
    return 0;
}

void atlas_diff_free(struct atlas_diff *diff)
{
    free(diff->rows);
    diff->rows = NULL;
}

/* A string of a file as it can be shown. */
static const char *shown(const char *text, char out[ESCAPED])
{
    return error_escape(out, ESCAPED, text, strlen(text));
}

static void print_names(FILE *out, const json_t *names)
{
    size_t column = 0;

    for (size_t i = 0; i < json_array_size(names); i++) {
        char name[ESCAPED];
        const char *text = shown(json_string_value(json_array_get(names, i)), name);

        if (column && column + strlen(text) + 2 > TEXT_WIDTH) {
            fputc('\n', out);
            column = 0;
        }
        column += (size_t)fprintf(out, "%s%s%s", column ? " " : "     ", text,
                                  i + 1 < json_array_size(names) ? "," : "\n");
    }
}

static const char *theorem_text(const json_t *holds)
{
    return !holds                ? "not judged"
           : json_is_true(holds) ? "yes"
           : json_is_null(holds) ? "undecided"
                                 : "no";
}

static void print_origin(FILE *out, const struct atlas_file *file)
{
    const struct {
        const char *before, *text;
    } parts[] = {
        {"", file->cpu},    {"microcode ", file->microcode},
        {"", file->kernel}, {"babyvisor ", file->version},
        {"", file->date},
    };
    char line[8 * ESCAPED] = "", text[ESCAPED];
    size_t used = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i].text[0])
            used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%s%s", used ? ", " : "",
                                     parts[i].before, shown(parts[i].text, text));
    if (used)
        text_wrapped(out, 5, line);
}

static void print_files(FILE *out, const struct atlas_diff *diff)
{
    char host[ESCAPED], emulator[ESCAPED];

    for (size_t i = 0; i < diff->file_count; i++) {
        const struct atlas_file *file = &diff->files[i];

        fprintf(out, "  %zu  %s: %s%s%s\n", i + 1, file->path, shown(file->host, host),
                file->emulator[0] ? ", emulated by " : "", shown(file->emulator, emulator));
        print_origin(out, file);
    }
    if (diff->emulated)
        fputs("Times are not compared: some are an emulator's.\n", out);
}

static void print_verdicts(FILE *out, const struct atlas_diff *diff)
{
    for (size_t i = 0; i < diff->file_count; i++) {
        const struct atlas_file *file = &diff->files[i];
        const size_t unnoticed = json_array_size(file->run_unnoticed);
        const size_t wrong = json_array_size(file->wrong);

        fprintf(out, "\n  %zu  theorem 1: %s, theorem 3: %s\n", i + 1, theorem_text(file->theorem1),
                theorem_text(file->theorem3));
        fprintf(out, "     of %zu sensitive instructions in ring 3, %zu run unnoticed%s\n",
                file->known, unnoticed, unnoticed ? ":" : "");
        print_names(out, file->run_unnoticed);
        fprintf(out, "     of these, %zu give a wrong answer, or do the wrong thing%s\n", wrong,
                wrong ? ":" : "");
        print_names(out, file->wrong);
    }
}

static void print_difference(FILE *out, const struct atlas_diff *diff,
                             const struct atlas_diff_row *row)
{
    char name[ESCAPED], text[ESCAPED], line[2 * ESCAPED + 32], time[TEXT_TIME];

    snprintf(line, sizeof(line), "%s, ring %u: %s", shown(row->any->name, name), row->any->ring,
             shown(row->any->provokes, text));
    text_wrapped(out, 0, line);
    for (size_t i = 0; i < diff->file_count; i++) {
        const struct atlas_file_row *here = row->in[i];

        fprintf(out, "  %zu  ", i + 1);
        if (here->median_ns < 0 || diff->emulated || strlen(shown(here->text, text)) > TEXT_COLUMNS)
            text_hanging(out, 5, shown(here->text, text));
        else
            fprintf(out, "%-*s %10s\n", TEXT_COLUMNS, text, text_time(here->median_ns, time));
    }
}

static void print_costs(FILE *out, const struct atlas_diff *diff)
{
    size_t dearer = 0;

    for (size_t i = 0; i < diff->count; i++)
        dearer += diff->rows[i].ratio >= RATIO_SHOWN;
    if (dearer == 0)
        return;
    fprintf(out, "\nThe same happened in %zu rows at a cost that differs clearly:\n%-16s ring",
            dearer, "name");
    for (size_t i = 0; i < diff->file_count; i++)
        fprintf(out, " %8s%zu", "", i + 1);
    fputs("   ratio\n", out);
    for (size_t i = 0; i < diff->count; i++) {
        const struct atlas_diff_row *row = &diff->rows[i];
        char text[ESCAPED], time[TEXT_TIME];

        if (row->ratio < RATIO_SHOWN)
            continue;
        fprintf(out, "%-16s %4u", shown(row->any->name, text), row->any->ring);
        for (size_t k = 0; k < diff->file_count; k++)
            fprintf(out, " %9s", text_time(row->in[k]->median_ns, time));
        fprintf(out, " %7.2f\n", row->ratio);
    }
}

void atlas_diff_text(FILE *out, const struct atlas_diff *diff)
{
    size_t complete = 0, different = 0;

    for (size_t i = 0; i < diff->count; i++) {
        complete += diff->rows[i].complete;
        different += diff->rows[i].complete && !diff->rows[i].same;
    }
    print_files(out, diff);
    print_verdicts(out, diff);
    fprintf(out, "\nWhat happened differs in %zu of %zu rows that ran everywhere%s\n", different,
            complete, different ? ":" : ".");
    for (size_t i = 0; i < diff->count; i++)
        if (diff->rows[i].complete && !diff->rows[i].same)
            print_difference(out, diff, &diff->rows[i]);
    print_costs(out, diff);
    if (complete < diff->count)
        fprintf(out, "\nNot run everywhere, and so not compared: %zu rows.\n",
                diff->count - complete);
}

static json_t *file_object(const struct atlas_file *file)
{
    json_t *from =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "version", file->version, "cpu", file->cpu, "kernel",
                  file->kernel, "microcode", file->microcode, "date", file->date);

    return json_pack("{s:s, s:s, s:o, s:o, s:I, s:{s:I, s:O?, s:O?, s:O, s:O}}", "file", file->path,
                     "host", file->host, "emulator",
                     file->emulator[0] ? json_string(file->emulator) : json_null(), "from", from,
                     "rows", (json_int_t)file->count, "sensitive", "known", (json_int_t)file->known,
                     "theorem_1", file->theorem1, "theorem_3", file->theorem3, "run_unnoticed",
                     file->run_unnoticed, "wrong", file->wrong);
}

static json_t *row_object(const struct atlas_diff *diff, const struct atlas_diff_row *row)
{
    json_t *texts = json_array(), *medians = json_array();

    for (size_t i = 0; i < diff->file_count; i++) {
        const struct atlas_file_row *here = row->in[i];

        json_array_append_new(texts, here ? json_string(here->text) : json_null());
        json_array_append_new(medians, here && here->median_ns >= 0 ? json_real(here->median_ns)
                                                                    : json_null());
    }
    return json_pack("{s:s, s:I, s:s, s:s, s:b, s:o, s:o}", "name", row->any->name, "ring",
                     (json_int_t)row->any->ring, "group", row->any->group, "provokes",
                     row->any->provokes, "same", row->same, "texts", texts, "median_ns", medians);
}

int atlas_diff_json(FILE *out, const struct atlas_diff *diff, struct error *error)
{
    json_t *files = json_array(), *rows = json_array();

    for (size_t i = 0; i < diff->file_count; i++)
        json_array_append_new(files, file_object(&diff->files[i]));
    for (size_t i = 0; i < diff->count; i++)
        json_array_append_new(rows, row_object(diff, &diff->rows[i]));
    return json_print(out,
                      json_pack("{s:s, s:o, s:o}", "schema", "babyvisor/exits-diff/1", "files",
                                files, "rows", rows),
                      error);
}
