/* What the sandbox forbids, as acts that can be attempted. */
#include "sandbox/acts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/setgid_exec.h"

#define OTHER_USER 65534
#define GIB        (1ul << 30)

/* What an act computes for, without a limit and with one of 1 s, which the kernel counts by its
 * ticks. */
#define FREE_SECONDS    1.3
#define LIMITED_SECONDS 20

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
        return ACTS_UNPREPARED;
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

static int map_shared(const struct scene *scene)
{
    (void)scene;
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? errno
               : 0;
}

static int map_file(const struct scene *scene)
{
    return scene->other_vcpu < 0 ? ACTS_UNPREPARED
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

static int read_foreign(const struct scene *scene)
{
    char byte;

    return result_of(pread(scene->null, &byte, 1, 0));
}

static int undo_dontdump(const struct scene *scene)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)scene;
    return page == MAP_FAILED ? ACTS_UNPREPARED : result_of(madvise(page, 4096, MADV_DODUMP));
}

/* The vCPU has immediate_exit set: KVM_RUN, if it is reached, ends by EINTR. */
static int run_other(const struct scene *scene)
{
    if (scene->other_vcpu < 0)
        return ACTS_UNPREPARED;
    return ioctl(scene->other_vcpu, KVM_RUN, 0) < 0 && errno != EINTR ? errno : 0;
}

static int other_request(const struct scene *scene)
{
    struct kvm_regs regs;

    return scene->vcpu < 0 ? ACTS_UNPREPARED : result_of(ioctl(scene->vcpu, KVM_GET_REGS, &regs));
}

static int make_vcpu(const struct scene *scene)
{
    return scene->vm < 0 ? ACTS_UNPREPARED : result_of(ioctl(scene->vm, KVM_CREATE_VCPU, 2));
}

static int make_vm(const struct scene *scene)
{
    return scene->kvm < 0 ? ACTS_UNPREPARED : result_of(ioctl(scene->kvm, KVM_CREATE_VM, 0));
}

static int change_memory(const struct scene *scene)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct kvm_userspace_memory_region slot = {.memory_size = 4096,
                                               .userspace_addr = (uintptr_t)page};

    if (scene->vm < 0 || page == MAP_FAILED)
        return ACTS_UNPREPARED;
    return result_of(ioctl(scene->vm, KVM_SET_USER_MEMORY_REGION, &slot));
}

static int read_host_file(const struct scene *scene)
{
    (void)scene;
    return result_of(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
}

static int attach_shared(const struct scene *scene)
{
    if (scene->shared < 0)
        return ACTS_UNPREPARED;
    return shmat(scene->shared, NULL, SHM_RDONLY) == (void *)-1 ? errno : 0;
}

/* What a process made by the confined one finds: processes of the host, or none. */
static int signal_from_child(const struct scene *scene)
{
    int status;
    pid_t child;

    if (scene->parent == 1)
        return ACTS_UNPREPARED;
    child = fork();
    if (child == 0)
        _exit(result_of(kill(scene->parent, 0)));
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return ACTS_UNPREPARED;
    return WEXITSTATUS(status);
}

static int take_memory(const struct scene *scene)
{
    (void)scene;
#if defined(__SANITIZE_ADDRESS__)
    return ACTS_UNPREPARED;
#endif
    return mmap(NULL, GIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                0) == MAP_FAILED
               ? errno
               : 0;
}

static int compute(const struct scene *scene)
{
    struct timespec used = {0, 0};
    struct rlimit limit;
    double most = FREE_SECONDS;

    (void)scene;
    if (getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        most = LIMITED_SECONDS;
    while ((double)used.tv_sec + (double)used.tv_nsec / 1e9 < most)
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return 0;
}

static int write_far(const struct scene *scene)
{
    return scene->file < 0 ? ACTS_UNPREPARED : result_of(pwrite(scene->file, "", 1, GIB));
}

/* User 0 is bound by no limit of processes. */
static int make_process_as_other(const struct scene *scene)
{
    if (geteuid() == 0 && (setresgid(OTHER_USER, OTHER_USER, OTHER_USER) < 0 ||
                           setresuid(OTHER_USER, OTHER_USER, OTHER_USER) < 0))
        return ACTS_UNPREPARED;
    return make_process(scene);
}

const struct act acts_table[] = {
    {SANDBOX_DESCRIPTORS, "write to an inherited descriptor", write_foreign, EBADF, 0},
    {SANDBOX_DESCRIPTORS, "make another VM", make_vm, EBADF, 0},
    {SANDBOX_DESCRIPTORS, "give the guest other memory", change_memory, EBADF, 0},
    {SANDBOX_NAMESPACES, "read a file of the host", read_host_file, ENOENT, 0},
    {SANDBOX_NAMESPACES, "connect to a TCP port", connect_somewhere, ENETUNREACH, 0},
    {SANDBOX_NAMESPACES, "attach System V memory", attach_shared, EINVAL, 0},
    {SANDBOX_NAMESPACES, "signal a process, from a new one", signal_from_child, ESRCH, 0},
    {SANDBOX_CORE, "leave a core dump (flag, limit)", have_core, EPERM, 0},
    {SANDBOX_NO_NEW_PRIVS, "gain a group by a set-gid file", run_set_gid, EPERM, 0},
    {SANDBOX_LANDLOCK, "open a file", open_file, EACCES, 0},
    {SANDBOX_LANDLOCK, "make a file", make_file, EACCES, 0},
    {SANDBOX_LANDLOCK, "connect to a TCP port", connect_somewhere, EACCES, 0},
    {SANDBOX_LIMITS, "take 1 GiB of memory", take_memory, ENOMEM, 0},
    {SANDBOX_LIMITS, "compute beyond the time limit", compute, 0, SIGXCPU},
    {SANDBOX_LIMITS, "write 1 GiB to a file", write_far, EFBIG, 0},
    {SANDBOX_LIMITS, "open a file", open_file, EMFILE, 0},
    {SANDBOX_LIMITS, "make a process, not as user 0", make_process_as_other, EAGAIN, 0},
    {SANDBOX_CAPABILITIES, "use a capability (chroot)", use_capability, EPERM, 0},
    {SANDBOX_SECCOMP, "KVM_RUN on a foreign vCPU", run_other, 0, SIGSYS},
    {SANDBOX_SECCOMP, "another ioctl on its own vCPU", other_request, 0, SIGSYS},
    {SANDBOX_SECCOMP, "make another vCPU", make_vcpu, 0, SIGSYS},
    {SANDBOX_SECCOMP, "open a file", open_file, 0, SIGSYS},
    {SANDBOX_SECCOMP, "write to a foreign descriptor", write_foreign, 0, SIGSYS},
    {SANDBOX_SECCOMP, "read a foreign descriptor", read_foreign, 0, SIGSYS},
    {SANDBOX_SECCOMP, "execute a program", execute, 0, SIGSYS},
    {SANDBOX_SECCOMP, "make a process", make_process, 0, SIGSYS},
    {SANDBOX_SECCOMP, "make a socket", make_socket, 0, SIGSYS},
    {SANDBOX_SECCOMP, "signal another process", signal_other, 0, SIGSYS},
    {SANDBOX_SECCOMP, "be traced", trace_process, 0, SIGSYS},
    {SANDBOX_SECCOMP, "map memory executable", map_code, 0, SIGSYS},
    {SANDBOX_SECCOMP, "map memory shared", map_shared, 0, SIGSYS},
    {SANDBOX_SECCOMP, "map a descriptor", map_file, 0, SIGSYS},
    {SANDBOX_SECCOMP, "change a page's protection", protect, 0, SIGSYS},
    {SANDBOX_SECCOMP, "have memory dumped again", undo_dontdump, 0, SIGSYS},
};

const size_t acts_count = sizeof(acts_table) / sizeof(acts_table[0]);

static struct kvm_run *map_run(int vcpu)
{
    struct kvm_run *run = MAP_FAILED;

    if (vcpu >= 0)
        run = mmap(NULL, sizeof(*run), PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
    return run == MAP_FAILED ? NULL : run;
}

void acts_set_scene(struct scene *scene)
{
    struct kvm_run *other;

    scene->null = open("/dev/null", O_RDWR | O_CLOEXEC);
    scene->file = memfd_create("babyvisor", MFD_CLOEXEC);
    scene->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    scene->vm = scene->kvm < 0 ? -1 : ioctl(scene->kvm, KVM_CREATE_VM, 0);
    scene->vcpu = scene->vm < 0 ? -1 : ioctl(scene->vm, KVM_CREATE_VCPU, 0);
    scene->other_vcpu = scene->vm < 0 ? -1 : ioctl(scene->vm, KVM_CREATE_VCPU, 1);
    scene->run = map_run(scene->vcpu);
    other = map_run(scene->other_vcpu);
    if (other)
        other->immediate_exit = 1;
    else
        scene->other_vcpu = -1;
}
