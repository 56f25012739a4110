/* `sweep`: runs every program of a space, and says how many stop, and which run longest. */
#include "pool/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/output.h"
#include "base/processors.h"
#include "commands/commands.h"
#include "machine/run.h"
#include "pool/shard.h"
#include "ssem/program.h"
#include "ssem/step.h"

#define CPU_SECONDS   1e9
#define MISSING_SHOWN 20           /* shards that an error names */
#define STEPS_MOST    (1ull << 28) /* that step() checks; more are for engine dynamic */

/* What a sweep has open. */
struct session {
    struct sweep_rules rules;
    struct pool_kind kind;
    struct pool *pool;
    struct file template;
    struct output output;
    struct shard about;
    struct sums sums;
};

static int open_space(struct session *session, const struct settings *settings, struct error *error)
{
    const char *name = settings->operand_count ? settings->operands[0] : "tnf:1";
    int result = 0;

    session->rules = (struct sweep_rules){
        .name = name,
        .limit = settings->limit,
        .seconds = settings->config.seconds,
        .shard = settings->shard.number,
        .shards = settings->shard.count,
    };
    for (int kind = 0; kind < SUMS_KIND_COUNT; kind++)
        session->rules.most[kind] = settings->keep.most[kind];
    if (strncmp(name, "tnf:", 4) != 0) {
        result = file_read(&session->template, name, PROGRAM_MAX, error);
        session->rules.text = session->template.bytes;
        session->rules.length = session->template.length;
    }
    session->about = (struct shard){.limit = settings->limit,
                                    .shard = session->rules.shard,
                                    .shards = session->rules.shards,
                                    .digest = result == 0 ? sweep_digest(&session->rules) : 0};
    memcpy(session->about.most, session->rules.most, sizeof(session->about.most));
    file_name(name, session->about.space, sizeof(session->about.space));
    return result;
}

static void shard_path(char *out, size_t size, const char *folder, uint64_t number, uint64_t count)
{
    snprintf(out, size, "%s/shard-%05" PRIu64 "-of-%05" PRIu64 ".json", folder, number, count);
}

/* Whether the shard has been done: a file of this name is there, and of the same sweep. */
static int is_done(struct session *session, const char *path, struct error *error)
{
    struct file file;
    struct shard about;
    int result = 0;

    if (access(path, F_OK) < 0)
        return 0;
    result = file_read(&file, path, SHARD_BYTES, error);
    if (result < 0)
        return result;
    result = shard_read(file.bytes, file.length, &about, &session->sums, error);
    free(file.bytes);
    memset(&session->sums, 0, sizeof(session->sums));
    if (result == 0 && about.digest != session->about.digest)
        result = error_set(error, STATUS_DATA, EINVAL, "%s is of another sweep", path);
    return result < 0 ? result : 1;
}

static int sweep_shard(struct session *session, const struct settings *settings, FILE *out,
                       struct error *error)
{
    struct sandbox sandbox = {.seconds = CPU_SECONDS, .any_length = true};
    char path[4096];
    int result = 0;

    session->kind = (struct pool_kind){
        .config = settings->config,
        .sandbox = settings->sandbox,
        .request = sizeof(struct sweep_request),
        .answer = sizeof(struct sums),
        .work = sweep_work,
        .context = &session->rules,
    };
    session->kind.config.transport = TRANSPORT_RING;
    session->kind.config.engine = ENGINE_LEAP;
    if (settings->folder) {
        shard_path(path, sizeof(path), settings->folder, session->rules.shard,
                   session->rules.shards);
        if (mkdir(settings->folder, 0777) < 0 && errno != EEXIST)
            return error_set(error, STATUS_IO, errno, "%s: %s", settings->folder, strerror(errno));
        result = is_done(session, path, error);
        if (result != 0)
            return result < 0 ? result : 0;
    }
    result = pool_open(&session->pool, &session->kind,
                       settings->workers ? settings->workers : processors_count(), error);
    if (result == 0 && settings->folder)
        result = output_open(&session->output, path, error);
    if (result == 0) {
        pool_confine(session->pool, &sandbox);
        sandbox_add_output(&sandbox, &session->output);
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    }
    if (result == 0)
        result = sweep_run(session->pool, &session->rules, &session->sums, error);
    if (result == 0 && settings->folder)
        result = shard_write(session->output.stream, &session->about, false, &session->sums, error);
    if (result == 0 && settings->folder)
        result = output_commit(&session->output, error);
    else if (result == 0 && settings->json)
        result = shard_write(out, &session->about, true, &session->sums, error);
    else if (result == 0)
        shard_text(out, &session->about, &session->sums);
    if (session->output.stream)
        output_abandon(&session->output);
    pool_close(session->pool);
    return result;
}

/* How many shards the folder's files are of. */
static int count_shards(const char *folder, uint64_t *count, struct error *error)
{
    DIR *list = opendir(folder);
    struct dirent *entry;
    uint64_t number, other;

    *count = 0;
    if (!list)
        return error_set(error, STATUS_NO_INPUT, errno, "%s: %s", folder, strerror(errno));
    while ((entry = readdir(list)))
        if (sscanf(entry->d_name, "shard-%" SCNu64 "-of-%" SCNu64 ".json", &number, &other) == 2)
            *count = other > *count ? other : *count;
    closedir(list);
    if (*count == 0 || *count > 100000)
        return error_set(error, STATUS_NO_INPUT, ENOENT, "%s has no shards of a sweep", folder);
    return 0;
}

/* Reads the bytes of every shard; those that are not there are named. */
static int read_shards(const char *folder, struct file *files, uint64_t count, struct error *error)
{
    uint64_t missing = 0;
    char path[4096];

    for (uint64_t i = 0; i < count; i++) {
        shard_path(path, sizeof(path), folder, i, count);
        if (access(path, F_OK) < 0) {
            if (!missing++)
                error_set(error, STATUS_NO_INPUT, ENOENT,
                          "%s: of %" PRIu64 " shards these are "
                          "missing:",
                          folder, count);
            if (missing <= MISSING_SHOWN)
                error_add(error, " %" PRIu64, i);
        } else if (!missing && file_read(&files[i], path, SHARD_BYTES, error) < 0) {
            return -EIO;
        }
    }
    if (missing > MISSING_SHOWN)
        error_add(error, " and %" PRIu64 " more", missing - MISSING_SHOWN);
    return missing ? -ENOENT : 0;
}

/* Runs a kept program again, without what found it: the reference, or engine dynamic for what is
 * long. Returns whether it is as was said. */
static int check_program(struct machine *machine, enum sums_kind kind,
                         const struct sums_program *program, bool *good, struct error *error)
{
    struct baby state = {0}, later;
    const uint64_t most = program->executed + program->period;
    struct run run;
    int result = 0;

    memcpy(state.store, program->store, sizeof(state.store));
    if (most <= STEPS_MOST) {
        *good = step_run(&state, program->executed) == (kind == SUMS_STP ? STOP_STP : STOP_LIMIT);
        *good = *good && state.executed == program->executed;
        later = state;
        if (kind == SUMS_CYCLE)
            step_run(&later, program->period);
    } else {
        run_begin(&run, machine, &state, program->executed);
        result = run_finish(&run, error);
        *good = run.stop == (kind == SUMS_STP ? STOP_STP : STOP_LIMIT) &&
                run.state.executed == program->executed;
        state = later = run.state;
        if (result == 0 && kind == SUMS_CYCLE) {
            run_begin(&run, machine, &state, program->period);
            result = run_finish(&run, error);
            *good = *good && run.state.executed == program->period;
            later = run.state;
        }
    }
    *good = *good && (kind != SUMS_CYCLE || (program->period > 0 && step_same(&state, &later)));
    return result;
}

static int check_shard(struct machine *machine, const struct sums *sums, uint64_t *checked,
                       double seconds, struct error *error)
{
    for (int kind = SUMS_STP; kind <= SUMS_CYCLE; kind++)
        for (uint32_t i = 0; i < sums->kept[kind]; i++) {
            bool good = false;
            int result = machine_arm(machine, seconds, error);

            if (result == 0)
                result = check_program(machine, (enum sums_kind)kind, &sums->programs[kind][i],
                                       &good, error);
            if (result < 0)
                return result;
            if (!good)
                return error_set(error, STATUS_DATA, EINVAL,
                                 "a program that was kept is not what the sweep says: number %u of "
                                 "those that %s",
                                 (unsigned)i, kind == SUMS_STP ? "stop" : "cycle");
            ++*checked;
        }
    return 0;
}

/* Adds the shards, or checks what they keep, in the sandbox. */
static int use_shards(struct session *session, const struct settings *settings,
                      const struct file *files, uint64_t count, struct machine *machine,
                      uint64_t *checked, struct error *error)
{
    static struct sums sums;
    struct shard about;
    int result = 0;

    for (uint64_t i = 0; i < count && result == 0; i++) {
        result = shard_read(files[i].bytes, files[i].length, &about, &sums, error);
        if (result == 0 && i == 0)
            session->about = about;
        if (result == 0 &&
            (about.digest != session->about.digest || about.shard != i || about.shards != count))
            result = error_set(error, STATUS_DATA, EINVAL,
                               "shard %" PRIu64 " is of another sweep than shard 0", i);
        if (result == 0 && machine)
            result = check_shard(machine, &sums, checked, settings->config.seconds, error);
        if (result == 0)
            sums_add(&session->sums, &sums, session->about.most);
    }
    return result;
}

static int merge(struct session *session, const struct settings *settings, FILE *out,
                 struct error *error)
{
    const char *folder = settings->operand_count ? settings->operands[0] : ".";
    struct machine_config config = settings->config;
    struct sandbox sandbox = {.seconds = CPU_SECONDS, .timers = true, .any_length = true};
    struct machine *machine = NULL;
    struct file *files = NULL;
    uint64_t count, checked = 0;
    int result = count_shards(folder, &count, error);

    if (result < 0)
        return result;
    files = calloc(count, sizeof(*files));
    result = files ? read_shards(folder, files, count, error) : error_memory(error);
    config.engine = ENGINE_DYNAMIC;
    if (result == 0 && settings->check)
        result = machine_open(&machine, &config, error);
    if (machine)
        machine_confine(machine, &sandbox);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = use_shards(session, settings, files, count, machine, &checked, error);
    machine_close(machine);
    for (uint64_t i = 0; files && i < count; i++)
        free(files[i].bytes);
    free(files);
    if (result < 0)
        return result;
    if (settings->check)
        fprintf(out, "%" PRIu64 " programs are what the sweep says\n", checked);
    else if (settings->json)
        result = shard_write(out, &session->about, true, &session->sums, error);
    else
        shard_text(out, &session->about, &session->sums);
    return result;
}

static int sweep_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct session session;
    int result;

    if (settings->merge || settings->check)
        return merge(&session, settings, out, error);
    result = open_space(&session, settings, error);
    if (result == 0)
        result = sweep_shard(&session, settings, out, error);
    free(session.template.bytes);
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_SHARD},
    {.id = OPTION_LIMIT, .initial = "1G", .help = "a program is open after N SSEM instructions"},
    {.id = OPTION_KEEP},
    {.id = OPTION_FOLDER},
    {.id = OPTION_MERGE},
    {.id = OPTION_CHECK},
    {.id = OPTION_WORKERS},
    {.id = OPTION_JSON},
    {.id = OPTION_TIMEOUT, .help = "time limit of what is in the guest at once"},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_sweep = {
    .name = "sweep",
    .operands = "[SPACE|FOLDER]",
    .summary = "Run every program of a space, and find those that run longest",
    .text = "SPACE is tnf:K, or a file with a template. tnf:K (1, if nothing is given) is all "
            "stores with at most K lines that are not zero, each a pure instruction word, in tree "
            "normal form: a line gets its value when it is first looked at. A template is assembly "
            "with sets of values:\n"
            "   {LDN,SUB} {0-31}\n"
            "   NUM {-8..8}\n"
            "Every program starts from A = 0 and CI = 0 and is found to stop, to cycle (it returns "
            "to a state, or to one that differs in an A that nobody looks at), or to be open. A "
            "shard is written to a file in --out, once; to run it again is to find it done. "
            "--merge adds the files of a folder; --check runs what they keep again, without what "
            "found it.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = sweep_command,
};
