/* What a run holds and may take: its descriptors, and limits of the system's resources. */
#include "sandbox/resources.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/descriptors.h"

#define MIB (1ull << 20)

/* Of address space. A run maps 3 to 5 MiB, and until its end at most 1 MiB more (`run --stats`,
 * `compare`, `exits`); SPACE_FREE says whether something else fills it: a preloaded library. */
#define SPACE      (64 * MIB)
#define SPACE_FREE (32 * MIB)

/* Of what a file grows by: answers are below 1 MiB; a trace grows by up to some 4 MiB a second. */
#define FILE_ROOM  (16 * MIB)
#define TRACE_ROOM (4096 * MIB)

/* Descriptors of a process that makes machines: one has four at most, and an eventfd. */
#define DESCRIPTORS 32

/* poll(2) takes no more descriptors than one may have. Three have these numbers already. */
#define POLLED 3

static int failed(struct error *error, const char *what)
{
    int code = errno;

    return error_set(error, STATUS_SYSTEM, code,
                     "sandbox: %s: %s; --sandbox=off goes without the sandbox", what,
                     strerror(code));
}

int resources_descriptors(const struct sandbox *sandbox, struct sandbox_note *note,
                          struct error *error)
{
    int keep[3 * SANDBOX_MACHINES + 2 * SANDBOX_OUTPUTS + SANDBOX_STREAMS + 2];
    size_t count = 0;

    (void)error;
    if (sandbox->makes_machines)
        keep[count++] = sandbox->kvm_fd;
    if (sandbox->log_fd)
        keep[count++] = sandbox->log_fd;
    for (size_t i = 0; i < sandbox->machine_count; i++) {
        keep[count++] = sandbox->machines[i].vcpu_fd;
        keep[count++] = sandbox->machines[i].stats.vm_fd;
        keep[count++] = sandbox->machines[i].stats.vcpu_fd;
    }
    for (size_t i = 0; i < sandbox->output_count; i++) {
        keep[count++] = fileno(sandbox->outputs[i]->stream);
        if (sandbox->outputs[i]->committer.process)
            keep[count++] = sandbox->outputs[i]->committer.channel;
    }
    for (size_t i = 0; i < sandbox->stream_count; i++)
        keep[count++] = sandbox->streams[i].fd;
    descriptors_keep(keep, count);
    snprintf(note->text, sizeof(note->text), "all closed but the standard ones and those of the %s",
             sandbox->makes_machines ? "/dev/kvm that is used" : "run");
    return 1;
}

/* Lowers both limits; what is lower already stays. */
static int lower(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) < 0)
        return -1;
    limit.rlim_cur = soft < limit.rlim_cur ? soft : limit.rlim_cur;
    limit.rlim_max = hard < limit.rlim_max ? hard : limit.rlim_max;
    return setrlimit(resource, &limit);
}

/* The least of 64 MiB, 128 MiB and so on that leaves enough room: to ask how much is mapped would
 * cost as much as all other limits together. Returns it, 0 for none, or -1 with errno. */
static long limit_space(void)
{
#if defined(__SANITIZE_ADDRESS__)
    /* AddressSanitizer maps 20 TB. */
    return 0;
#else
    struct rlimit before, limit;
    void *room = MAP_FAILED;

    if (getrlimit(RLIMIT_AS, &before) < 0)
        return -1;
    limit = before;
    for (rlim_t most = SPACE; room == MAP_FAILED; most *= 2) {
        limit.rlim_cur = most < before.rlim_cur ? most : before.rlim_cur;
        if (setrlimit(RLIMIT_AS, &limit) < 0)
            return -1;
        if (limit.rlim_cur == before.rlim_cur)
            break;
        room =
            mmap(NULL, SPACE_FREE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }
    if (room != MAP_FAILED)
        munmap(room, SPACE_FREE);
    limit.rlim_max = limit.rlim_cur;
    return setrlimit(RLIMIT_AS, &limit) < 0 ? -1 : (long)(limit.rlim_cur / MIB);
#endif
}

/* From now on, beyond what has been used: first a signal, which ends the process, then SIGKILL. */
static int limit_cpu(double seconds)
{
    struct timespec used;
    rlim_t most;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) < 0)
        return -1;
    most = (rlim_t)ceil((double)used.tv_sec + (double)used.tv_nsec / 1e9 + seconds);
    return lower(RLIMIT_CPU, most, most + 1);
}

static bool has_room(const struct sandbox *sandbox)
{
    return sandbox->output_count || sandbox->prints_much;
}

/* The limit counts from a file's beginning, so that what is there already must be added. Beyond it
 * write(2) fails by EFBIG, where SIGXFSZ is ignored. */
static int limit_files(const struct sandbox *sandbox)
{
    off_t largest = 0;

    for (int i = -2; i < (int)sandbox->output_count; i++) {
        const int fd = i < 0 ? STDERR_FILENO + 1 + i : fileno(sandbox->outputs[i]->stream);
        struct stat status;

        if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > largest)
            largest = status.st_size;
    }
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR)
        return -1;
    largest += (off_t)(has_room(sandbox) ? TRACE_ROOM : FILE_ROOM);
    return lower(RLIMIT_FSIZE, (rlim_t)largest, (rlim_t)largest);
}

int resources_limits(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error)
{
    /* poll(2) wants the limit to be at least the number of those it looks at; none is free. */
    const rlim_t descriptors = sandbox->makes_machines ? DESCRIPTORS
                               : sandbox->stream_count ? POLLED
                               : sandbox->has_terminal ? 1
                                                       : 0;
    long space;
    int result = sandbox_start_machines(sandbox, error);

    if (result < 0)
        return result;
    space = limit_space();
    if (space < 0)
        return failed(error, "RLIMIT_AS");
    if (limit_cpu(sandbox->seconds) < 0)
        return failed(error, "RLIMIT_CPU");
    if (!sandbox->any_length && limit_files(sandbox) < 0)
        return failed(error, "RLIMIT_FSIZE");
    if (lower(RLIMIT_NOFILE, descriptors, descriptors) < 0)
        return failed(error, "RLIMIT_NOFILE");
    /* KVM makes a thread for each machine. */
    if (!sandbox->makes_machines && lower(RLIMIT_NPROC, 0, 0) < 0)
        return failed(error, "RLIMIT_NPROC");
    snprintf(note->text, sizeof(note->text),
             "%ld MiB of address space%s, %.0f s of CPU, %s of output; %s", space,
             space ? "" : " (unlimited: AddressSanitizer)", sandbox->seconds,
             sandbox->any_length ? "any length"
             : has_room(sandbox) ? "4 GiB"
                                 : "16 MiB",
             sandbox->makes_machines ? "32 descriptors" : "no new descriptor or process");
    return 1;
}
