/* `batch`: runs many programs, one a line, and prints a line for each. */
#include "pool/batch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "base/output.h"
#include "base/processors.h"
#include "base/target.h"
#include "commands/commands.h"

#define CPU_SECONDS 1e9
#define BUFFER      (64 * 1024)

/* What a batch has open. */
struct session {
    struct chunk_rules rules;
    struct pool_kind kind;
    struct batch batch;
    struct output output, kept;
    struct file before; /* an earlier checkpoint */
    int fd;             /* of the input */
};

static int open_pool(struct session *session, const struct settings *settings, struct error *error)
{
    session->rules = (struct chunk_rules){
        .limit = settings->limit,
        .slice = settings->slice,
        .seconds = settings->config.seconds,
        .format = settings->answers,
        .store = settings->store,
        .unordered = settings->unordered,
    };
    session->kind = (struct pool_kind){
        .config = settings->config,
        .sandbox = settings->sandbox,
        .request = sizeof(struct chunk),
        .answer = sizeof(struct chunk_answer),
        .work = chunk_work,
        .context = &session->rules,
    };
    session->kind.config.transport = TRANSPORT_RING;
    session->batch.rules = &session->rules;
    if (settings->checkpoint && (settings->unordered || !settings->output))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "batch: --checkpoint needs --output=FILE, and answers in order");
    if (settings->slice == 0)
        return error_set(error, STATUS_USAGE, EINVAL, "batch: --slice is 1 instruction or more");
    return pool_open(&session->batch.pool, &session->kind,
                     settings->workers ? settings->workers : processors_count(), error);
}

static int open_input(struct session *session, const struct settings *settings, struct error *error)
{
    const char *path = settings->operand_count ? settings->operands[0] : "-";
    struct stat status;
    char name[256];

    session->fd = file_open(path, error);
    if (session->fd < 0)
        return session->fd;
    file_name(path, name, sizeof(name));
    if (fstat(session->fd, &status) < 0)
        return error_set(error, STATUS_NO_INPUT, errno, "%s: is closed", name);
    if (S_ISDIR(status.st_mode))
        return error_set(error, STATUS_NO_INPUT, EISDIR, "%s: is a directory", name);
    session->batch.size = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return input_open(&session->batch.input, session->fd, error);
}

/* Whether answers can be cut off the file where path leads, and it is not the one that is read. */
static int check_place(const struct session *session, const struct target *target, const char *path,
                       struct error *error)
{
    const bool is_file = target->exists ? S_ISREG(target->status.st_mode) : true;
    struct stat input;
    char name[256];

    file_name(path, name, sizeof(name));
    if (target->kind == TARGET_DESCRIPTOR || !is_file)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "batch: --checkpoint: %s is no file that answers can be cut off", name);
    if (target->exists && fstat(session->fd, &input) == 0 &&
        input.st_dev == target->status.st_dev && input.st_ino == target->status.st_ino)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "batch: --output: %s is what is read; name another file", name);
    return 0;
}

/* With a checkpoint the answers are written in place, and are there whatever happens. */
static int open_in_place(struct session *session, const char *path, struct error *error)
{
    const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;
    struct target target;
    int result = target_find(&target, path);
    char name[256];

    if (result == 0) {
        result = check_place(session, &target, path, error);
        if (result < 0) {
            target_close(&target);
            return result;
        }
        result = openat(target.directory, target.name, flags, 0666);
        result = result < 0 ? -errno : result;
        target_close(&target);
    }
    if (result < 0)
        return error_set(error, result == -EACCES ? STATUS_PERMISSION : STATUS_IO, -result,
                         "%s: cannot write it: %s", file_name(path, name, sizeof(name)),
                         strerror(-result));
    session->batch.out = fdopen(result, "w");
    if (session->batch.out)
        return 0;
    close(result);
    return error_memory(error);
}

/* The answers are ours alone until the process that puts checkpoints in their place has ended:
 * one that came later than another batch has read the one before would not be of its answers. */
static int lock_answers(const struct session *session, const char *path, struct error *error)
{
    const int result = lock_take(fileno(session->batch.out), path, error);

    if (result == 0 || result == -EWOULDBLOCK)
        return result;
    fprintf(stderr, "babyvisor: warning: %s; see that no other batch writes to it\n", error->text);
    return 0;
}

/* What is wrong with the checkpoint's place is found before anything is made. */
static int open_kept(struct session *session, const struct settings *settings, struct error *error)
{
    int result = output_find(settings->checkpoint, error);

    if (result == 0)
        result = open_in_place(session, settings->output, error);
    if (result == 0)
        result = lock_answers(session, settings->output, error);
    if (result == 0 && access(settings->checkpoint, F_OK) == 0)
        result = file_read(&session->before, settings->checkpoint, CHECKPOINT_MOST, error);
    if (result == 0)
        result = output_open_holding(&session->kept, settings->checkpoint,
                                     fileno(session->batch.out), error);
    session->batch.kept = result == 0 ? &session->kept : NULL;
    return result;
}

static int open_outputs(struct session *session, const struct settings *settings, FILE *out,
                        struct error *error)
{
    int result = 0;

    session->batch.out = out;
    if (settings->checkpoint) {
        result = open_kept(session, settings, error);
    } else if (settings->output) {
        result = output_open(&session->output, settings->output, error);
        session->batch.out = session->output.stream;
    }
    session->batch.watched = result == 0 && !isatty(fileno(session->batch.out));
    return result;
}

static int confine(struct session *session, const struct settings *settings, struct error *error)
{
    struct sandbox sandbox = {.seconds = CPU_SECONDS, .any_length = true};

    pool_confine(session->batch.pool, &sandbox);
    sandbox_add_stream(&sandbox, session->fd,
                       SANDBOX_READS | (settings->checkpoint ? SANDBOX_SYNCS : 0));
    if (settings->checkpoint) {
        setvbuf(session->batch.out, NULL, _IOFBF, BUFFER);
        sandbox_add_stream(&sandbox, fileno(session->batch.out), SANDBOX_WRITES | SANDBOX_SYNCS);
    }
    sandbox_add_output(&sandbox, &session->output);
    sandbox_add_output(&sandbox, &session->kept);
    return sandbox_enter(&sandbox, settings->sandbox, stderr, error);
}

/* Goes on from an earlier checkpoint: what was written after it is dropped. */
static int resume(struct session *session, struct error *error)
{
    struct batch *batch = &session->batch;
    const int fd = fileno(batch->out);
    off_t end;
    int result = 0;

    if (session->before.bytes)
        result = checkpoint_parse(&batch->state, session->before.bytes, session->before.length,
                                  &session->rules, error);
    if (result < 0)
        return result;
    end = lseek(fd, 0, SEEK_END);
    if (end >= 0 && (uint64_t)end < batch->state.written)
        return error_set(error, STATUS_DATA, EINVAL,
                         "the checkpoint is of another output: it had %llu bytes, and has %lld",
                         (unsigned long long)batch->state.written, (long long)end);
    if (end < 0 || ftruncate(fd, (off_t)batch->state.written) < 0 || lseek(fd, 0, SEEK_END) < 0) {
        const int code = errno;

        return error_set(error, STATUS_IO, code, "the output cannot be cut: %s", strerror(code));
    }
    return session->before.bytes ? input_seek(&batch->input, &batch->state.place, error) : 0;
}

static int batch_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct session session;
    const struct checkpoint *state = &session.batch.state;
    int result = open_pool(&session, settings, error);

    if (result == 0)
        result = open_input(&session, settings, error);
    if (result == 0)
        result = open_outputs(&session, settings, out, error);
    if (result == 0)
        result = confine(&session, settings, error);
    if (result == 0 && settings->checkpoint)
        result = resume(&session, error);
    if (result == 0)
        result = batch_run(&session.batch, error);
    pool_close(session.batch.pool);
    input_close(&session.batch.input);
    free(session.before.bytes);
    if (session.kept.stream)
        output_abandon(&session.kept);
    if (session.output.stream && result == 0)
        result = output_commit(&session.output, error);
    else if (session.output.stream)
        output_abandon(&session.output);
    if (settings->checkpoint && session.batch.out && session.batch.out != out)
        fclose(session.batch.out);
    if (result < 0)
        return result;
    return state->crashed ? STATUS_GUEST : state->counts[LINE_ERROR] ? STATUS_DATA : 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_WORKERS},
    {.id = OPTION_LIMIT,
     .initial = "1G",
     .help = "stop each program after N SSEM instructions; suffixes k, M, G"},
    {.id = OPTION_SLICE},
    {.id = OPTION_ANSWERS},
    {.id = OPTION_STORE},
    {.id = OPTION_UNORDERED},
    {.id = OPTION_OUTPUT},
    {.id = OPTION_CHECKPOINT},
    {.id = OPTION_ENGINE, .initial = "leap"},
    {.id = OPTION_BACKEND},
    {.id = OPTION_GUEST},
    {.id = OPTION_TIMEOUT, .help = "time limit of up to 1024 slices in the guest"},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_batch = {
    .name = "batch",
    .operands = "[FILE]",
    .summary = "Run many programs, one a line, and print a line for each",
    .text = "FILE, or standard input, has a program on each line. In hex that is up to 32 words of "
            "8 hexadecimal digits, the rest of the store being zero; @ID and limit=N may be among "
            "them:\n"
            "   @sub 00004018 00008018 0000e000 limit=100\n"
            "A line that begins with a brace is JSON, with one of \"store\" (numbers), \"words\" "
            "(hex) and \"program\" (text in any format), and optional \"id\", \"a\", \"ci\" and "
            "\"limit\":\n"
            "   {\"id\":7,\"store\":[0,16408],\"limit\":1000}\n"
            "Without an id a line has its number. A line that is no program has an answer that "
            "says why, and the status is 65 in the end. A program that ends its worker, such as "
            "one that makes a --guest fault, is found and has an answer as well; then the status "
            "is 80. A cycle is reported only with --limit=none. With --checkpoint, the same "
            "command goes on where an earlier one was ended.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = batch_command,
};
