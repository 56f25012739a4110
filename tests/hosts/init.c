/* The first process of an emulated host: loads KVM, runs one command, reports its status, powers
 * off.
 *
 * The kernel hands over what its command line sets: MODULE is the one to load after kvm, OPTIONS
 * are that module's. /command holds the words of the command, each ended by a NUL. The second
 * serial port has the command's standard output, a line "@@ERRORS", its standard error, and a line
 * with its status. Neither is a terminal.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define WORDS_MAX 256
#define ERRORS    "/tmp/.errors"

static void mount_at(const char *path, const char *type)
{
    mkdir(path, 0755);
    if (mount(type, path, type, 0, NULL) < 0)
        perror(path);
}

static void load(const char *module, const char *options)
{
    char path[64];
    int fd;

    snprintf(path, sizeof(path), "/modules/%s.ko", module);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || syscall(SYS_finit_module, fd, options, 0) < 0)
        perror(path);
    close(fd);
}

/* Output goes to the second serial port as it is written. */
static void open_output(void)
{
    int fd = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
    struct termios raw;

    if (fd < 0 || tcgetattr(fd, &raw) < 0)
        return;
    cfmakeraw(&raw);
    cfsetspeed(&raw, B115200); /* the emulators keep to it */
    tcsetattr(fd, TCSANOW, &raw);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    fd = open("/dev/null", O_RDONLY);
    dup2(fd, STDIN_FILENO);
}

static _Noreturn void run_command(int out)
{
    static char text[65536];
    char *words[WORDS_MAX + 1] = {NULL};
    int fd = open("/command", O_RDONLY | O_CLOEXEC);
    ssize_t size = read(fd, text, sizeof(text) - 1);
    int count = 0;

    for (char *at = text; size > 0 && at < text + size && count < WORDS_MAX; at += strlen(at) + 1)
        words[count++] = at;
    dup2(out, STDOUT_FILENO);
    dup2(open(ERRORS, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), STDERR_FILENO);
    setenv("PATH", "/bin", 1);
    setenv("srcdir", ".", 1);
    setenv("top_builddir", ".", 1);
    if (count == 0 || chdir("/host") < 0)
        perror("/host");
    else
        execvp(words[0], words);
    perror(words[0] ? words[0] : "/command");
    _exit(127);
}

static char last = '\n'; /* of what was written */

static ssize_t copy(int from)
{
    char bytes[4096];
    const ssize_t size = read(from, bytes, sizeof(bytes));

    for (ssize_t at = 0; at < size;) {
        const ssize_t wrote = write(STDOUT_FILENO, bytes + at, (size_t)(size - at));

        if (wrote < 0)
            break;
        at += wrote;
        last = bytes[at - 1];
    }
    return size;
}

/* Passes on what the child prints until it ends, even if a child of its own goes on;
 * returns how. */
static int follow(pid_t child, int out)
{
    struct pollfd wait_for = {.fd = out, .events = POLLIN};
    int status = 0;
    bool ended = false;

    for (;;) {
        if (poll(&wait_for, 1, ended ? 0 : 100) > 0 && copy(out) > 0)
            continue;
        if (ended)
            return status;
        ended = waitpid(child, &status, wait_for.revents ? 0 : WNOHANG) == child;
    }
}

/* A line of our own among the command's. */
static void mark(const char *what, int number)
{
    if (last != '\n')
        putchar('\n');
    last = '\n';
    printf("@@%s %d\n", what, number);
    fflush(stdout);
}

/* Ends QEMU by its debug-exit device, Bochs by its shutdown port, and a real machine by ACPI. */
static void power_off(void)
{
    tcdrain(STDOUT_FILENO);
    if (iopl(3) == 0) {
        for (const char *c = "Shutdown"; *c; c++)
            outb((unsigned char)*c, 0x8900);
        outb(0, 0x501);
    }
    reboot(RB_POWER_OFF);
}

int main(void)
{
    const char *module = getenv("MODULE");
    const char *options = getenv("OPTIONS");
    int pipes[2], errors, status;
    pid_t child;

    mount_at("/proc", "proc");
    mount_at("/sys", "sysfs");
    mount_at("/dev", "devtmpfs");
    mount_at("/tmp", "tmpfs");
    open_output();
    load("irqbypass", "");
    load("kvm", "");
    if (module)
        load(module, options ? options : "");
    pipe2(pipes, O_CLOEXEC);
    child = fork();
    if (child == 0)
        run_command(pipes[1]);
    close(pipes[1]);
    status = follow(child, pipes[0]);
    mark("ERRORS", 0);
    errors = open(ERRORS, O_RDONLY | O_CLOEXEC);
    while (copy(errors) > 0)
        continue;
    mark("EXIT", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    power_off();
    return 0;
}
