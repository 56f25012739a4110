/* `exits`: the exit atlas, one tiny guest for each way of leaving guest mode. */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "atlas/atlas.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/guess.h"
#include "commands/commands.h"
#include "report/atlas_diff.h"
#include "report/atlas_file.h"
#include "report/atlas_json.h"
#include "report/atlas_text.h"
#include "report/progress.h"
#include "report/theorems.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "vmm/kvm.h"

#define ROWS_MAX      256
#define ROW_SECONDS   1.0
#define FLOOR_SECONDS 6.0 /* most that finding the floor takes */

/* The rows that are asked for, in the order of the atlas. */
struct selection {
    const struct atlas_row *rows[ROWS_MAX];
    size_t count;
};

static bool is_named(const struct atlas_row *row, const char *name)
{
    return fnmatch(name, row->name, 0) == 0 || strcmp(atlas_group_name(row->group), name) == 0;
}

static int check_names(const struct settings *settings, struct error *error)
{
    for (int i = 0; i < settings->operand_count; i++) {
        const char *name = settings->operands[i];
        const struct atlas_row *row;
        bool found = false;
        char shown[64];

        for (size_t n = 0; (row = atlas_at(n)) && !found; n++)
            found = is_named(row, name);
        if (found)
            continue;
        error_set(error, STATUS_USAGE, EINVAL,
                  "exits: there is no \"%s\"; `babyvisor exits --list` names them all",
                  error_escape(shown, sizeof(shown), name, strlen(name)));
        for (size_t n = 0; (row = atlas_at(n)); n++)
            if (guess_is_near(name, strlen(name), row->name))
                error_add(error, "; is it %s?", row->name);
        return -EINVAL;
    }
    return 0;
}

static int select_rows(struct selection *selection, const struct settings *settings,
                       struct error *error)
{
    const struct atlas_row *row;
    int result = check_names(settings, error);

    selection->count = 0;
    for (size_t n = 0; result == 0 && (row = atlas_at(n)) && selection->count < ROWS_MAX; n++) {
        bool wanted = settings->operand_count == 0;

        for (int i = 0; i < settings->operand_count && !wanted; i++)
            wanted = is_named(row, settings->operands[i]);
        if (wanted)
            selection->rows[selection->count++] = row;
    }
    return result;
}

/* How many guests the rows are, as each runs in one ring or in two. */
static size_t count_guests(const struct selection *selection)
{
    size_t count = 0;

    for (size_t i = 0; i < selection->count; i++)
        count += (selection->rows[i]->rings & ATLAS_RING_0 ? 1 : 0) +
                 (selection->rows[i]->rings & ATLAS_RING_3 ? 1 : 0);
    return count;
}

/* Runs the rows in each of their rings; those for which there is no time left are marked so. */
static int run_rows(int kvm_fd, const struct selection *selection, const struct settings *settings,
                    const struct observer *observer, struct atlas_result *results, size_t *count,
                    struct error *error)
{
    const uint64_t began = clock_now();
    struct progress progress = {
        .what = ATLAS_NOTHING,
        .unit = "guests",
        .all = (double)count_guests(selection),
        .most = settings->config.seconds,
    };
    struct atlas_floor floor;
    int result;

    progress_begin(&progress);
    result = atlas_measure_floor(kvm_fd, &floor, error);
    *count = 0;
    for (size_t i = 0; i < selection->count && result == 0; i++)
        for (unsigned ring = 0; ring <= 3 && result == 0; ring += 3) {
            const struct atlas_row *row = selection->rows[i];
            const double left = settings->config.seconds - (double)(clock_now() - began) / 1e9;

            if (!(row->rings & (ring ? ATLAS_RING_3 : ATLAS_RING_0)))
                continue;
            progress.what = row->name;
            progress.done = (double)*count;
            progress_show(&progress);
            if (left <= 0)
                results[(*count)++] = (struct atlas_result){.row = row, .ring = ring};
            else
                result =
                    atlas_run(kvm_fd, row, ring, &floor, left < ROW_SECONDS ? left : ROW_SECONDS,
                              observer, &results[(*count)++], error);
        }
    progress_end();
    return result;
}

static void explain(FILE *out, const struct atlas_result *results, size_t count)
{
    for (size_t i = 0, n; i < count; i += n) {
        for (n = 1; i + n < count && results[i + n].row == results[i].row; n++)
            continue;
        atlas_text_explain(out, results + i, n);
    }
}

/* Opens /dev/kvm and leaves the process what making and running its own guests takes. Returns the
 * descriptor, or -errno with text and status. */
static int confine(const struct settings *settings, const struct trace *trace, struct error *error)
{
    struct sandbox sandbox = {
        .makes_machines = true,
        .kvm_fd = kvm_open_device(error),
        .seconds = settings->config.seconds + FLOOR_SECONDS + SANDBOX_GRACE,
    };
    int result = sandbox.kvm_fd;

    kvm_kind();
    sandbox_add_output(&sandbox, &trace->output);
    if (result >= 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result < 0 && sandbox.kvm_fd >= 0)
        close(sandbox.kvm_fd);
    return result < 0 ? result : sandbox.kvm_fd;
}

static int run_atlas(const struct selection *selection, const struct settings *settings, FILE *out,
                     struct error *error)
{
    struct atlas_result *results = calloc(2 * ROWS_MAX, sizeof(*results));
    struct trace trace;
    size_t count = 0;
    int result;

    if (!results)
        return error_memory(error);
    result = trace_begin(&trace, settings->trace, error);
    if (result == 0) {
        const int kvm_fd = confine(settings, &trace, error);

        result = kvm_fd < 0 ? kvm_fd
                            : run_rows(kvm_fd, selection, settings, trace_observer(&trace, NULL),
                                       results, &count, error);
        if (kvm_fd >= 0)
            close(kvm_fd);
        if (result == 0 && settings->json)
            result = atlas_json_print(out, results, count, settings->explain, error);
        else if (result == 0 && settings->explain)
            explain(out, results, count);
        else if (result == 0) {
            atlas_text_table(out, results, count);
            theorems_text(out, results, count);
        }
        result = trace_end(&trace, result, settings->json ? NULL : out, error);
    }
    if (result == 0 && count && results[count - 1].happened == ATLAS_NOT_RUN)
        result = STATUS_TIMEOUT;
    free(results);
    return result;
}

/* Reads the files, and takes them apart in the sandbox. *count is how many are to be closed. */
static int read_files(struct atlas_file *files, size_t *count, const struct settings *settings,
                      struct error *error)
{
    const size_t wanted = (size_t)settings->operand_count;
    const struct sandbox sandbox = {.seconds = settings->config.seconds};
    struct file contents[ATLAS_DIFF_FILES];
    size_t read = 0;
    int result = 0;

    *count = 0;
    while (read < wanted && result == 0) {
        result = file_read(&contents[read], settings->operands[read], ATLAS_FILE_BYTES, error);
        read += result == 0;
    }
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    while (*count < wanted && result == 0) {
        const struct file *content = &contents[*count];

        result = atlas_file_parse(&files[*count], settings->operands[*count], content->bytes,
                                  content->length, error);
        *count += result == 0;
    }
    while (read > 0)
        free(contents[--read].bytes);
    return result;
}

static int diff(const struct settings *settings, FILE *out, struct error *error)
{
    struct atlas_file files[ATLAS_DIFF_FILES];
    struct atlas_diff differences;
    size_t count;
    int result;

    if (settings->operand_count < 2 || settings->operand_count > ATLAS_DIFF_FILES)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "exits: --diff needs 2 to %d files that `exits --json` wrote",
                         ATLAS_DIFF_FILES);
    if (settings->list || settings->explain || settings->trace)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "exits: --diff runs nothing; leave out --list, --explain and --trace");
    result = read_files(files, &count, settings, error);
    if (result == 0)
        result = atlas_diff_make(&differences, files, count, error);
    if (result == 0) {
        if (settings->json)
            result = atlas_diff_json(out, &differences, error);
        else
            atlas_diff_text(out, &differences);
        atlas_diff_free(&differences);
    }
    while (count > 0)
        atlas_file_close(&files[--count]);
    return result;
}

static int exits(const struct settings *settings, FILE *out, struct error *error)
{
    struct selection selection;
    int result;

    if (settings->diff)
        return diff(settings, out, error);
    result = select_rows(&selection, settings, error);
    if (result < 0)
        return result;
    if (settings->explain && settings->operand_count == 0)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "exits: --explain needs a NAME; see `babyvisor exits --list`");
    if (settings->list) {
        if (settings->json)
            return atlas_json_list(out, selection.rows, selection.count, error);
        atlas_text_list(out, selection.rows, selection.count);
        return 0;
    }
    return run_atlas(&selection, settings, out, error);
}

static const struct accepted accepts[] = {
    {.id = OPTION_LIST},  {.id = OPTION_EXPLAIN}, {.id = OPTION_DIFF},    {.id = OPTION_TIMEOUT},
    {.id = OPTION_TRACE}, {.id = OPTION_JSON},    {.id = OPTION_SANDBOX}, {.id = OPTION_END},
};

const struct command command_exits = {
    .name = "exits",
    .operands = "[NAME|FILE]...",
    .summary = "Provoke every kind of VM exit on this host and measure it",
    /* clang-format off */
    .text =
        "Runs a set of tiny guests, one for each way of leaving guest mode, in ring 3 and in ring 0, "
        "and shows what happened on this host: an exit to user space, handled in the kernel, emulated, "
        "a fault in the guest, nothing at all, not offered, hung; and what a round trip costs. NAME is "
        "one of them, a pattern such as 'out*', or a group of them: ports, mmio, cpu, traps, memory, machines, sensitive. The last one ends "
        "with Popek and Goldberg's theorems 1 and 3 on this CPU, as far as the rows that ran decide "
        "them. A guest that hangs is stopped after a second. --diff compares files instead: machines, "
        "kernels or versions.\n",
    /* clang-format on */
    .max_operands = ROWS_MAX,
    .accepts = accepts,
    .run = exits,
};
