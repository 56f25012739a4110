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
#include "pool/check.h"
#include "pool/shard.h"
#include "ssem/program.h"

#define CPU_SECONDS   1e9
#define PATH_BYTES    4096
#define CERTIFICATES  "certificates"
#define CERTIFIED     256    /* shards whose certificates are checked, at most */
#define SHARDS        100000 /* that a folder may have */
#define MISSING_SHOWN 20     /* shards that an error names */

/* What a sweep has open. */
struct session {
    struct sweep_rules rules;
    struct pool_kind kind;
    struct pool *pool;
    struct file template;
    struct output output, certificates;
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
    session->rules.certifies = settings->certify;
    if (settings->certify && (!settings->folder || strncmp(name, "tnf:", 4) != 0))
        return error_set(error, STATUS_USAGE, EINVAL, "--certify is for tnf:K with --out");
    if (strncmp(name, "tnf:", 4) != 0) {
        result = file_read(&session->template, name, PROGRAM_MAX, error);
        session->rules.text = session->template.bytes;
        session->rules.length = session->template.length;
    }
    session->about = (struct shard){.limit = settings->limit,
                                    .shard = session->rules.shard,
                                    .shards = session->rules.shards,
                                    .certified = settings->certify,
                                    .digest = result == 0 ? sweep_digest(&session->rules) : 0};
    memcpy(session->about.most, session->rules.most, sizeof(session->about.most));
    file_name(name, session->about.space, sizeof(session->about.space));
    return result;
}

static void shard_path(char out[PATH_BYTES], const char *folder, uint64_t number, uint64_t count,
                       const char *kind)
{
    snprintf(out, PATH_BYTES, "%s/shard-%05" PRIu64 "-of-%05" PRIu64 ".%s", folder, number, count,
             kind);
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
    char path[PATH_BYTES], other[PATH_BYTES];
    int result = 0;

    session->kind = (struct pool_kind){
        .config = settings->config,
        .sandbox = settings->sandbox,
        .request = sizeof(struct sweep_request),
        .answer = sweep_answer_size(&session->rules),
        .work = sweep_work,
        .context = &session->rules,
    };
    session->kind.config.transport = TRANSPORT_RING;
    session->kind.config.engine = ENGINE_LEAP;
    if (settings->folder) {
        shard_path(path, settings->folder, session->rules.shard, session->rules.shards, "json");
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
    if (result == 0 && session->rules.certifies) {
        shard_path(other, settings->folder, session->rules.shard, session->rules.shards,
                   CERTIFICATES);
        result = output_open(&session->certificates, other, error);
        session->rules.certificates = session->certificates.stream;
    }
    if (result == 0) {
        pool_confine(session->pool, &sandbox);
        sandbox_add_output(&sandbox, &session->output);
        sandbox_add_output(&sandbox, &session->certificates);
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    }
    if (result == 0)
        result = sweep_run(session->pool, &session->rules, &session->sums, error);
    if (result == 0 && settings->folder)
        result = shard_write(session->output.stream, &session->about, false, &session->sums, error);
    /* The shard is done when its file is there. */
    if (result == 0 && session->certificates.stream)
        result = output_commit(&session->certificates, error);
    if (result == 0 && settings->folder)
        result = output_commit(&session->output, error);
    else if (result == 0 && settings->json)
        result = shard_write(out, &session->about, true, &session->sums, error);
    else if (result == 0)
        shard_text(out, &session->about, &session->sums);
    if (session->output.stream)
        output_abandon(&session->output);
    if (session->certificates.stream)
        output_abandon(&session->certificates);
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
    if (*count > SHARDS)
        return error_set(error, STATUS_DATA, E2BIG,
                         "%s has %" PRIu64 " shards of a sweep; %d at most can be read", folder,
                         *count, SHARDS);
    if (*count == 0)
        return error_set(error, STATUS_NO_INPUT, ENOENT, "%s has no shards of a sweep", folder);
    return 0;
}

/* A shard that is looked at. */
struct shard_files {
    struct file file;
    int certificates; /* descriptor, -1 for none */
};

/* What is done with the shards of a folder. */
struct folder {
    const char *path;
    uint64_t count;      /* of shards */
    uint64_t first, end; /* those that are looked at */
    struct shard_files *files;
    struct check check; /* with a machine, unless they are only added */
};

/* Reads the bytes of every shard; those that are not there are named. */
static int read_shards(struct folder *folder, struct error *error)
{
    uint64_t missing = 0;
    char path[PATH_BYTES];

    for (uint64_t i = folder->first; i < folder->end; i++) {
        shard_path(path, folder->path, i, folder->count, "json");
        if (access(path, F_OK) < 0) {
            if (!missing++)
                error_set(error, STATUS_NO_INPUT, ENOENT,
                          "%s: of %" PRIu64 " shards these are "
                          "missing:",
                          folder->path, folder->count);
            if (missing <= MISSING_SHOWN)
                error_add(error, " %" PRIu64, i);
        } else if (!missing && file_read(&folder->files[i].file, path, SHARD_BYTES, error) < 0) {
            return -EIO;
        }
    }
    if (missing > MISSING_SHOWN)
        error_add(error, " and %" PRIu64 " more", missing - MISSING_SHOWN);
    return missing ? -ENOENT : 0;
}

/* Opens the files of certificates that are there. */
static int open_certificates(struct folder *folder, struct sandbox *sandbox, struct error *error)
{
    char path[PATH_BYTES];

    for (uint64_t i = folder->first; i < folder->end; i++) {
        int fd;

        shard_path(path, folder->path, i, folder->count, CERTIFICATES);
        if (access(path, F_OK) < 0)
            continue;
        if (i - folder->first >= CERTIFIED)
            return error_set(error, STATUS_DATA, E2BIG,
                             "certificates of more than %d shards: check each, with --shard=I/N",
                             CERTIFIED);
        fd = file_open(path, error);
        if (fd < 0)
            return fd;
        folder->files[i].certificates = fd;
        sandbox_add_stream(sandbox, fd, SANDBOX_READS);
    }
    return 0;
}

/* Adds the shards, or checks them, in the sandbox. */
static int use_shards(struct session *session, struct folder *folder, struct error *error)
{
    static struct sums sums;
    struct shard about;
    int result = 0;

    for (uint64_t i = folder->first; i < folder->end && result == 0; i++) {
        const struct shard_files *files = &folder->files[i];

        result = shard_read(files->file.bytes, files->file.length, &about, &sums, error);
        if (result == 0 && i == folder->first)
            session->about = about;
        if (result == 0 && (about.digest != session->about.digest || about.shard != i ||
                            about.shards != folder->count))
            result = error_set(error, STATUS_DATA, EINVAL,
                               "shard %" PRIu64 " is of another sweep than shard %" PRIu64, i,
                               folder->first);
        if (result == 0 && folder->check.machine)
            result = check_kept(&folder->check, &sums, error);
        if (result == 0 && folder->check.machine && about.certified)
            result = check_certificates(&folder->check, &about, &sums, files->certificates, error);
        if (result == 0)
            sums_add(&session->sums, &sums, session->about.most);
    }
    return result;
}

/* Which shards are looked at: all, or the one that is to be checked. */
static int open_folder(struct folder *folder, const struct settings *settings, struct error *error)
{
    int result;

    folder->path = settings->operand_count ? settings->operands[0] : ".";
    result = count_shards(folder->path, &folder->count, error);
    if (result < 0)
        return result;
    folder->end = folder->count;
    if (settings->check && settings->shard.count > 1) {
        if (settings->shard.count != folder->count)
            return error_set(error, STATUS_USAGE, EINVAL, "%s has shards of %" PRIu64, folder->path,
                             folder->count);
        folder->first = settings->shard.number;
        folder->end = folder->first + 1;
    }
    folder->files = calloc(folder->count, sizeof(*folder->files));
    if (!folder->files)
        return error_memory(error);
    for (uint64_t i = 0; i < folder->count; i++)
        folder->files[i].certificates = -1;
    return read_shards(folder, error);
}

static void close_folder(struct folder *folder)
{
    machine_close(folder->check.machine);
    for (uint64_t i = 0; folder->files && i < folder->count; i++) {
        free(folder->files[i].file.bytes);
        if (folder->files[i].certificates >= 0)
            close(folder->files[i].certificates);
    }
    free(folder->files);
}

static int merge(struct session *session, const struct settings *settings, FILE *out,
                 struct error *error)
{
    struct machine_config config = settings->config;
    struct sandbox sandbox = {.seconds = CPU_SECONDS, .timers = true, .any_length = true};
    struct folder folder = {.check.seconds = config.seconds};
    int result = open_folder(&folder, settings, error);
    uint64_t steps;

    config.engine = ENGINE_DYNAMIC;
    if (result == 0 && settings->check)
        result = machine_open(&folder.check.machine, &config, error);
    if (result == 0 && settings->check)
        result = open_certificates(&folder, &sandbox, error);
    if (folder.check.machine)
        machine_confine(folder.check.machine, &sandbox);
    if (result == 0)
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = use_shards(session, &folder, error);
    close_folder(&folder);
    if (result < 0)
        return result;
    steps = sweep_steps(session->about.limit);
    if (settings->check)
        fprintf(out, "%" PRIu64 " programs are what the sweep says\n", folder.check.kept);
    if (settings->check && session->about.certified)
        fprintf(out,
                "%" PRIu64 " certificates hold, of all programs that %" PRIu64
                " instructions do not decide\n",
                folder.check.certificates, steps);
    else if (!settings->check && settings->json)
        result = shard_write(out, &session->about, true, &session->sums, error);
    else if (!settings->check)
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
    {.id = OPTION_CERTIFY},
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
            "found it, and with certificates goes through all of tnf:K.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = sweep_command,
};
