/* QEMU as a peer: boots the same guest image under full emulation, and is measured with it. */
#include "measure/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/embedded.h"
#include "base/quantile.h"
#include "measure/qemu_job.h"
#include "measure/qemu_report.h"
#include "ssem/step.h"

#define PROGRAM "qemu-system-x86_64"

#define SAMPLES         7
#define SAMPLE_NS       (100 * 1000 * 1000)
#define ALL_SAMPLES_NS  5e9 /* of one engine; then fewer must do */
#define RUNS_GROW       1000
#define VERSION_SECONDS 10

/* A file without a name that holds these bytes, which nobody can change. */
static int sealed(const void *bytes, size_t size, struct error *error)
{
    int fd = memfd_create("babyvisor", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t done = 0;

    while (fd >= 0 && done < size) {
        const ssize_t wrote = write(fd, (const char *)bytes + done, size - done);

        if (wrote < 0 && errno != EINTR)
            break;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    if (fd >= 0 && done == size &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
        return fd;

    const int code = errno;

    if (fd >= 0)
        close(fd);
    return error_set(error, STATUS_SYSTEM, code, "memfd: %s", strerror(code));
}

/* Writes the path of the program to out; false if PATH does not have it. */
static bool find(char *out, size_t size)
{
    const char *path = getenv("PATH");

    while (path && *path) {
        const size_t length = strcspn(path, ":");
        const int needs = snprintf(out, size, "%.*s/" PROGRAM, (int)length, path);
        struct stat status;

        if (length && needs > 0 && (size_t)needs < size && stat(out, &status) == 0 &&
            S_ISREG(status.st_mode) && access(out, X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

/* QEMU ended without a report that can be read: says why, in its own words if it has any. */
static int unsuccessful(const struct child *child, struct error *error)
{
    const char *newline = memchr(child->errors, '\n', child->errors_length);
    const size_t length = newline ? (size_t)(newline - child->errors) : child->errors_length;
    char shown[256];

    error_escape(shown, sizeof(shown), child->errors, length);
    if (WIFSIGNALED(child->status))
        return error_set(error, STATUS_SYSTEM, EIO, PROGRAM " was ended by signal %d%s%s",
                         WTERMSIG(child->status), length ? ": " : "", shown);
    return error_set(error, STATUS_SYSTEM, EIO, PROGRAM " ended with status %d%s%s",
                     WEXITSTATUS(child->status), length ? ": " : "", shown);
}

static int ask_version(struct qemu *qemu, struct error *error)
{
    static const char before[] = "QEMU emulator version ";
    char option[] = "--version";
    char *const argv[] = {qemu->path, option, NULL};
    const int keep[] = {-1};
    struct child child;
    size_t length = 0;
    int result = child_run(&child, argv, keep, VERSION_SECONDS, error);

    if (result < 0)
        return result;
    if (child.status != 0)
        return unsuccessful(&child, error);
    if (child.length < sizeof(before) || memcmp(child.text, before, sizeof(before) - 1) != 0)
        return error_set(error, STATUS_SYSTEM, EIO, PROGRAM " does not print its version");
    while (sizeof(before) - 1 + length < child.length &&
           !strchr(" \n", child.text[sizeof(before) - 1 + length]))
        length++;
    error_escape(qemu->version, sizeof(qemu->version), child.text + sizeof(before) - 1, length);
    return 0;
}

int qemu_open(struct qemu *qemu, struct error *error)
{
    int result;

    *qemu = (struct qemu){.image = -1};
    if (!find(qemu->path, sizeof(qemu->path)))
        return error_set(error, STATUS_SYSTEM, ENOENT,
                         PROGRAM " is not installed: apt-get install qemu-system-x86");
    result = ask_version(qemu, error);
    if (result < 0)
        return result;
    qemu->image = sealed(embedded_guest, (size_t)(embedded_guest_end - embedded_guest), error);
    return qemu->image < 0 ? qemu->image : 0;
}

void qemu_close(struct qemu *qemu)
{
    if (qemu->image >= 0)
        close(qemu->image);
    qemu->image = -1;
}

/* One boot with so many runs. */
static int boot(const struct qemu *qemu, int module, uint64_t runs, double seconds,
                struct child *child, struct error *error)
{
    char kernel[32], initrd[32], append[32];
    const int keep[] = {qemu->image, module, -1};
    const char *const argv[] = {
        qemu->path,
        "-accel",
        "tcg",
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
        "-m",
        "64",
        "-kernel",
        kernel,
        "-initrd",
        initrd,
        "-append",
        append,
        "-chardev",
        "stdio,id=text",
        "-device",
        "isa-debugcon,iobase=0xe9,chardev=text",
        "-device",
        "isa-debug-exit,iobase=0xf4",
        NULL,
    };
    int result;

    snprintf(kernel, sizeof(kernel), "/proc/self/fd/%d", qemu->image);
    snprintf(initrd, sizeof(initrd), "/proc/self/fd/%d", module);
    snprintf(append, sizeof(append), "%" PRIu64, runs);
    result = child_run(child, (char *const *)(uintptr_t)argv, keep, seconds, error);
    if (result == -EMSGSIZE)
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: its report is longer than %d bytes", QEMU_REPORT_MAX);
    return result;
}

struct task {
    const struct qemu *qemu;
    const struct abi_job *job;
    int module;
    double timeout;
};

/* Boots once and checks the report. The times are in nanoseconds. */
static int sample(const struct task *task, uint64_t runs, double *run, double *startup,
                  struct abi_result *answer, struct error *error)
{
    struct child child;
    int result = boot(task->qemu, task->module, runs, task->timeout, &child, error);

    if (result < 0)
        return result;
    if (!WIFEXITED(child.status) || WEXITSTATUS(child.status) != 2 * PVH_EXIT_DONE + 1)
        return unsuccessful(&child, error);
    result = qemu_report(child.text, child.length, task->job, runs, answer, error);
    if (result < 0)
        return result;
    *run = (double)(child.second_line - child.first_line);
    *startup = (double)(child.first_line - child.started);
    return 0;
}

/* How many runs to try next, where these took so long. */
static uint64_t more(uint64_t runs, double ns)
{
    const double factor = ns > 0 ? 1.2 * SAMPLE_NS / ns : RUNS_GROW;

    if (factor >= RUNS_GROW)
        return runs * RUNS_GROW;
    return factor > 2 ? (uint64_t)((double)runs * factor) : runs * 2;
}

static double median(double *values, size_t count)
{
    quantile_sort(values, count);
    return quantile_of(values, count, 0.5);
}

static void evaluate(struct qemu_figure *answer, const struct abi_result *result, double *startups)
{
    struct measure_figure *figure = &answer->figure;

    figure->lengths[0].instructions = result->state.executed;
    figure->last = result->state;
    figure->stop = (enum stop)result->stop;
    measure_evaluate(figure);
    answer->startup = median(startups, figure->lengths[0].samples);
}

static int measure(const struct task *task, struct qemu_figure *answer, struct error *error)
{
    struct measure_figure *figure = &answer->figure;
    struct measure_length *length = &figure->lengths[0];
    double startups[SAMPLES], ns = 0, startup = 0, all = 0;
    struct abi_result result;
    uint64_t runs = 1;
    int failed = sample(task, runs, &ns, &startup, &result, error);

    while (failed == 0 && ns < SAMPLE_NS) {
        runs = more(runs, ns);
        failed = sample(task, runs, &ns, &startup, &result, error);
    }
    figure->length_count = 1;
    figure->lengths[0].runs = runs;
    while (failed == 0) {
        length->seconds[length->samples] = ns / 1e9 / (double)runs;
        startups[length->samples++] = startup / 1e9;
        all += ns;
        if (length->samples == SAMPLES || all >= ALL_SAMPLES_NS)
            break;
        failed = sample(task, runs, &ns, &startup, &result, error);
    }
    if (failed == 0)
        evaluate(answer, &result, startups);
    return failed;
}

int qemu_measure(const struct qemu *qemu, const struct baby *start, enum engine engine,
                 uint64_t limit, double seconds, struct qemu_figure *figure, struct error *error)
{
    struct pvh_module module;
    const size_t size = qemu_job(&module, start, engine, limit);
    struct task task = {.qemu = qemu, .job = &module.job, .timeout = seconds};
    int result;

    *figure = (struct qemu_figure){0};
    task.module = sealed(&module, size, error);
    if (task.module < 0)
        return task.module;
    result = measure(&task, figure, error);
    close(task.module);
    return result;
}

int qemu_check(const struct qemu_figure *figure, enum engine engine,
               const struct measure_figure *reference, struct error *error)
{
    const struct baby *got = &figure->figure.last, *want = &reference->last;

    if (figure->figure.stop == reference->stop && got->executed == want->executed &&
        step_same(got, want))
        return 0;
    return error_set(error, STATUS_INTERNAL, EPROTO,
                     "%s ends differently under QEMU: stop %d after %" PRIu64
                     " instructions, A %" PRIu32 ", CI %" PRIu32 "; native stop %d after %" PRIu64
                     ", A %" PRIu32 ", CI %" PRIu32,
                     config_engines[engine].name, (int)figure->figure.stop, got->executed, got->a,
                     got->ci, (int)reference->stop, want->executed, want->a, want->ci);
}
