/* Temporary files that become what they were written for, or go: also when a signal ends us. */
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARIES 8

const int temporary_endings[TEMPORARY_ENDINGS] = {SIGHUP,  SIGINT,  SIGQUIT,
                                                  SIGPIPE, SIGTERM, SIGXCPU};

static char *volatile names[TEMPORARIES];
static volatile pid_t self;

/* Removes the files, then lets the signal do what it does by default, once this handler is left. A
 * child that was forked has the handler, but not the files. SA_RESETHAND would leave a moment in
 * which a second signal, and timeout(1) sends two, ends the process before this is called. */
static void end(int signal_number)
{
    const struct sigaction by_default = {.sa_handler = SIG_DFL};
    const pid_t process = getpid();

    for (int i = 0; i < TEMPORARIES && process == self; i++)
        if (names[i])
            unlink(names[i]);
    sigaction(signal_number, &by_default, NULL);
    kill(process, signal_number);
}

static void catch_endings(void)
{
    struct sigaction action = {.sa_handler = end};

    if (self == getpid())
        return;
    self = getpid();
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < TEMPORARY_ENDINGS; i++) {
        struct sigaction before;

        if (sigaction(temporary_endings[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(temporary_endings[i], &action, NULL);
    }
    signal(SIGXFSZ, SIG_IGN);
}

static int free_slot(void)
{
    int slot = 0;

    while (slot < TEMPORARIES && names[slot])
        slot++;
    return slot;
}

static void forget(const char *name)
{
    for (int i = 0; i < TEMPORARIES; i++)
        if (names[i] == name)
            names[i] = NULL;
}

/* No signal can end the process while there is a file that names[] does not tell yet. */
static int create(char *name, int slot)
{
    const mode_t mask = umask(0);
    sigset_t all, before;
    int fd;

    umask(mask);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        fd = -errno;
    else
        names[slot] = name;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (fd >= 0)
        fchmod(fd, 0666 & ~mask);
    return fd;
}

int temporary_create(const char *path, char **name)
{
    const int slot = free_slot();
    int fd;

    if (slot == TEMPORARIES)
        return -EMFILE;
    if (asprintf(name, "%s.XXXXXX", path) < 0)
        return -ENOMEM;
    catch_endings();
    fd = create(*name, slot);
    if (fd < 0)
        free(*name);
    return fd;
}

int temporary_keep(char *name, const char *path)
{
    int result = rename(name, path) < 0 ? -errno : 0;

    if (result < 0)
        unlink(name);
    forget(name);
    free(name);
    return result;
}

void temporary_drop(char *name)
{
    unlink(name);
    forget(name);
    free(name);
}
