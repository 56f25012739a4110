/* Tests each layer of the sandbox by attempting what it forbids, in a child process. */
#include "sandbox/attempts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/setgid_exec.h"

/* A child that cannot even prepare its attempt exits with this, which is no errno. */
#define UNPREPARED 250

/* Descriptors that a child makes before it is confined; -1 where there is no KVM. */
struct scene {
    int vm, vcpu, other_vcpu, null;
};

struct attempt {
    enum sandbox_layer layer;
    const char *act;
    int (*act_out)(const struct scene *scene); /* 0: done; else errno */
    int stopped_by;                            /* errno; 0: SIGSYS */
};

static int result_of(long answer)
{
    return answer < 0 ? errno : 0;
}

static int have_core(const struct scene *scene)
{
    struct rlimit limit;

    (void)scene;
    if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && getrlimit(RLIMIT_CORE, &limit) == 0 &&
        limit.rlim_max == 0)
        return EPERM;
    return 0;
}

static int run_set_gid(const struct scene *scene)
{
    (void)scene;
    return setgid_exec();
}

static int open_file(const struct scene *scene)
{
    (void)scene;
    return result_of(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static int make_file(const struct scene *scene)
{
    const char *directory = getenv("TMPDIR");
    char name[512];
    int fd;

    (void)scene;
    snprintf(name, sizeof(name), "%s/babyvisor-attempt-XXXXXX",
             directory && directory[0] ? directory : "/tmp");
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        return errno;
    return result_of(unlink(name));
}

static int connect_somewhere(const struct scene *scene)
{
    const struct sockaddr_in nowhere = {
        .sin_family = AF_INET, .sin_port = htons(1), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)scene;
    if (fd < 0)
        return UNPREPARED;
    if (connect(fd, (const struct sockaddr *)&nowhere, sizeof(nowhere)) < 0 &&
        errno != ECONNREFUSED)
        return errno;
    return 0;
}

static int use_capability(const struct scene *scene)
{
    (void)scene;
    return result_of(chroot("/"));
}

static int open_by_call(const struct scene *scene)
{
    return open_file(scene);
}

static int execute(const struct scene *scene)
{
    char name[] = "true";
    char *const arguments[] = {name, NULL};

    (void)scene;
    execve("/bin/true", arguments, arguments + 1);
    return errno;
}

static int make_socket(const struct scene *scene)
{
    (void)scene;
    return result_of(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
}

static int make_process(const struct scene *scene)
{
    pid_t child = fork();

    (void)scene;
    if (child == 0)
        _exit(0);
    return child < 0 ? errno : result_of(waitpid(child, NULL, 0));
}

static int signal_other(const struct scene *scene)
{
    (void)scene;
    return result_of(kill(getppid(), 0));
}

static int trace_process(const struct scene *scene)
{
    (void)scene;
    return result_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int map_code(const struct scene *scene)
{
    (void)scene;
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? errno
               : 0;
}

static int map_file(const struct scene *scene)
{
    return scene->other_vcpu < 0 ? UNPREPARED
           : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, scene->other_vcpu, 0) ==
                   MAP_FAILED
               ? errno
               : 0;
}

static int protect(const struct scene *scene)
{
    (void)scene;
    return result_of(
        mprotect((void *)((uintptr_t)&protect & ~(uintptr_t)4095), 4096, PROT_READ | PROT_EXEC));
}

static int write_foreign(const struct scene *scene)
{
    return result_of(write(scene->null, "", 1));
}

static int undo_dontdump(const struct scene *scene)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)scene;
    return page == MAP_FAILED ? UNPREPARED : result_of(madvise(page, 4096, MADV_DODUMP));
}

/* The vCPU has immediate_exit set: KVM_RUN, if it is reached, ends by EINTR. */
static int run_other(const struct scene *scene)
{
    if (scene->other_vcpu < 0)
        return UNPREPARED;
    return ioctl(scene->other_vcpu, KVM_RUN, 0) < 0 && errno != EINTR ? errno : 0;
}

static int other_request(const struct scene *scene)
{
    struct kvm_regs regs;

    return scene->vcpu < 0 ? UNPREPARED : result_of(ioctl(scene->vcpu, KVM_GET_REGS, &regs));
}

static int make_vcpu(const struct scene *scene)
{
    return scene->vm < 0 ? UNPREPARED : result_of(ioctl(scene->vm, KVM_CREATE_VCPU, 2));
}

static const struct attempt attempts[] = {
    {SANDBOX_CORE, "leave a core dump (flag and limit)", have_core, EPERM},
    {SANDBOX_NO_NEW_PRIVS, "gain a group by a set-gid program", run_set_gid, EPERM},
    {SANDBOX_LANDLOCK, "open a file", open_file, EACCES},
    {SANDBOX_LANDLOCK, "make a file", make_file, EACCES},
    {SANDBOX_LANDLOCK, "connect to a TCP port", connect_somewhere, EACCES},
    {SANDBOX_CAPABILITIES, "use a capability (chroot)", use_capability, EPERM},
    {SANDBOX_SECCOMP, "KVM_RUN on a foreign vCPU", run_other, 0},
    {SANDBOX_SECCOMP, "another ioctl on its own vCPU", other_request, 0},
    {SANDBOX_SECCOMP, "make another vCPU", make_vcpu, 0},
    {SANDBOX_SECCOMP, "open a file", open_by_call, 0},
    {SANDBOX_SECCOMP, "write to a foreign descriptor", write_foreign, 0},
    {SANDBOX_SECCOMP, "execute a program", execute, 0},
    {SANDBOX_SECCOMP, "make a process", make_process, 0},
    {SANDBOX_SECCOMP, "make a socket", make_socket, 0},
    {SANDBOX_SECCOMP, "signal another process", signal_other, 0},
    {SANDBOX_SECCOMP, "be traced", trace_process, 0},
    {SANDBOX_SECCOMP, "map memory executable", map_code, 0},
    {SANDBOX_SECCOMP, "map a descriptor", map_file, 0},
    {SANDBOX_SECCOMP, "change a page's protection", protect, 0},
    {SANDBOX_SECCOMP, "have memory dumped again", undo_dontdump, 0},
};

static void set_scene(struct scene *scene)
{
    struct kvm_run *run = MAP_FAILED;
    int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

    *scene = (struct scene){-1, -1, -1, open("/dev/null", O_WRONLY | O_CLOEXEC)};
    if (kvm < 0)
        return;
    scene->vm = ioctl(kvm, KVM_CREATE_VM, 0);
    scene->vcpu = ioctl(scene->vm, KVM_CREATE_VCPU, 0);
    scene->other_vcpu = ioctl(scene->vm, KVM_CREATE_VCPU, 1);
    if (scene->other_vcpu >= 0)
        run = mmap(NULL, sizeof(*run), PROT_READ | PROT_WRITE, MAP_SHARED, scene->other_vcpu, 0);
    if (run == MAP_FAILED)
        scene->other_vcpu = -1;
    else
        run->immediate_exit = 1;
}

/* In the child: confined if asked for, makes the attempt and exits with what came of it. */
static void attempt_and_exit(const struct attempt *attempt, bool confined)
{
    struct sandbox sandbox = {0};
    struct sandbox_note note;
    struct scene scene;
    struct error error;
    int result = 1;

    set_scene(&scene);
    if (scene.vcpu >= 0)
        sandbox_add_machine(&sandbox, scene.vcpu, &(struct kernel_stats)KERNEL_STATS_CLOSED);
    if (confined && (attempt->layer == SANDBOX_SECCOMP || attempt->layer == SANDBOX_LANDLOCK))
        result = sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error);
    if (confined && result > 0)
        result = sandbox_enter_layer(&sandbox, attempt->layer, &note, &error);
    _exit(result <= 0 ? UNPREPARED : attempt->act_out(&scene));
}

/* Returns what waitpid() tells of the child, and in words. */
static int make_attempt(const struct attempt *attempt, bool confined, char *text, size_t size)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0)
        attempt_and_exit(attempt, confined);
    if (child < 0 || waitpid(child, &status, 0) != child)
        status = UNPREPARED << 8;
    if (WIFSIGNALED(status))
        snprintf(text, size, "SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == UNPREPARED)
        snprintf(text, size, "-");
    else if (WEXITSTATUS(status))
        snprintf(text, size, "%s", strerrorname_np(WEXITSTATUS(status)));
    else
        snprintf(text, size, "done");
    return status;
}

static bool is_stopped(const struct attempt *attempt, int status)
{
    if (attempt->stopped_by == 0)
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    return WIFEXITED(status) && WEXITSTATUS(status) == attempt->stopped_by;
}

static bool is_absent(enum sandbox_layer layer)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct sandbox sandbox = {0};
        struct sandbox_note note;
        struct error error;
        int result = sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error);

        if (result > 0)
            result = sandbox_enter_layer(&sandbox, layer, &note, &error);
        _exit(result == 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 1;
}

static void test(const struct attempt *attempt, bool absent, struct attempt_result *result)
{
    int without, with;

    *result = (struct attempt_result){.layer = attempt->layer, .act = attempt->act};
    without = make_attempt(attempt, false, result->without, sizeof(result->without));
    with = make_attempt(attempt, true, result->with, sizeof(result->with));
    if (absent)
        result->verdict = ATTEMPT_ABSENT;
    else if (without != 0)
        result->verdict = ATTEMPT_UNKNOWN;
    else
        result->verdict = is_stopped(attempt, with) ? ATTEMPT_HOLDS : ATTEMPT_BROKEN;
}

size_t attempts_all(struct attempt_result list[ATTEMPTS_MAX])
{
    const size_t count = sizeof(attempts) / sizeof(attempts[0]);
    bool absent[SANDBOX_LAYERS];

    _Static_assert(sizeof(attempts) / sizeof(attempts[0]) <= ATTEMPTS_MAX, "the list holds all");
    for (int layer = 0; layer < SANDBOX_LAYERS; layer++)
        absent[layer] = is_absent((enum sandbox_layer)layer);
    for (size_t i = 0; i < count; i++)
        test(&attempts[i], absent[attempts[i].layer], &list[i]);
    return count;
}
