/* Where a path leads that is to be written: links followed, and whether what is there may be
 * replaced. */
#include "base/target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LINKS_MAX 40

static bool is_in_proc(int fd)
{
    struct statfs status;

    return fstatfs(fd, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

static bool is_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino;
}

/* Whether the directory, which is in /proc, is that of our own descriptors. */
static bool has_our_descriptors(const struct stat *directory)
{
    struct stat ours;

    return stat("/proc/self/fd", &ours) == 0 && is_same_file(&ours, directory);
}

/* A file mounted on its own, as containers have them, cannot be replaced: EBUSY. */
static bool is_mounted(int fd)
{
    struct statx status;

    return statx(fd, "", AT_EMPTY_PATH, 0, &status) == 0 &&
           (status.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* What the kernel does with fs.protected_symlinks and fs.protected_regular: in such a folder a link
 * or a file of another user may be a trap. */
static bool is_trap(const struct stat *folder, const struct stat *status)
{
    const mode_t everybody = S_ISVTX | S_IWOTH;

    return (folder->st_mode & everybody) == everybody && status->st_uid != geteuid() &&
           status->st_uid != folder->st_uid;
}

/* Goes to the directory of text, which is relative to the present one, and takes its last name. */
static int enter(struct target *target, const char *text)
{
    const char *slash = strrchr(text, '/');
    const char *name = slash ? slash + 1 : text;
    char path[PATH_MAX] = ".";
    int directory;

    if (text[0] == '\0')
        return -ENOENT;
    if (name[0] == '\0')
        return -EISDIR;
    if (strlen(name) > NAME_MAX || (slash && slash - text >= PATH_MAX - 1))
        return -ENAMETOOLONG;
    if (slash) {
        memcpy(path, text, (size_t)(slash - text) + 1);
        path[slash - text + 1] = '\0';
    }
    directory = openat(target->directory, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return -errno;
    target_close(target);
    target->directory = directory;
    memcpy(target->name, name, strlen(name) + 1);
    return fstat(directory, &target->folder) < 0 ? -errno : 0;
}

int target_of_descriptor(struct target *target, int descriptor)
{
    const int flags = fcntl(descriptor, F_GETFL);

    *target = (struct target){.kind = TARGET_DESCRIPTOR, .directory = -1, .exists = true};
    target->descriptor = descriptor;
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY || fcntl(descriptor, F_GETFD) != 0)
        return -EBADF;
    return fstat(descriptor, &target->status) < 0 ? -errno : 0;
}

/* What a link of /proc leads to is for the kernel to find. */
static int find_in_proc(struct target *target)
{
    char *end;
    const unsigned long descriptor = strtoul(target->name, &end, 10);

    if (has_our_descriptors(&target->folder) && *end == '\0' && descriptor <= INT_MAX) {
        target_close(target);
        return target_of_descriptor(target, (int)descriptor);
    }
    target->kind = TARGET_OTHER;
    return fstatat(target->directory, target->name, &target->status, 0) < 0 ? -errno : 0;
}

/* The file itself, which fd refers to: no link. */
static int find_file(struct target *target, int fd)
{
    const bool replaceable =
        S_ISREG(target->status.st_mode) && !is_in_proc(target->directory) && !is_mounted(fd);

    target->kind = replaceable ? TARGET_FILE : TARGET_OTHER;
    if (!replaceable)
        return 0;
    if (is_trap(&target->folder, &target->status))
        return -EACCES;
    return faccessat(target->directory, target->name, W_OK, AT_EACCESS) < 0 ? -errno : 0;
}

static int follow(struct target *target, int fd)
{
    char text[PATH_MAX];
    ssize_t length;

    if (is_in_proc(target->directory))
        return find_in_proc(target);
    if (is_trap(&target->folder, &target->status))
        return -EACCES;
    length = readlinkat(fd, "", text, sizeof(text));
    if (length < 0)
        return -errno;
    if ((size_t)length == sizeof(text))
        return -ENAMETOOLONG;
    text[length] = '\0';
    return enter(target, text) ?: 1;
}

/* No file has the name: one can be made, but in /proc. */
static int find_nothing(const struct target *target, int code)
{
    return code == ENOENT && !is_in_proc(target->directory) ? 0 : -code;
}

/* Looks at what the name stands for. Returns 1 for a link that leads on. */
static int look(struct target *target)
{
    const int fd = openat(target->directory, target->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    int result;

    if (fd < 0)
        return find_nothing(target, errno);
    target->exists = fstat(fd, &target->status) == 0;
    if (!target->exists)
        result = -errno;
    else if (S_ISLNK(target->status.st_mode))
        result = follow(target, fd);
    else
        result = find_file(target, fd);
    if (result > 0)
        target->exists = false;
    close(fd);
    return result;
}

int target_find(struct target *target, const char *path)
{
    int result;

    *target = (struct target){.kind = TARGET_FILE, .directory = AT_FDCWD, .descriptor = -1};
    if (strcmp(path, "-") == 0)
        result = target_of_descriptor(target, STDOUT_FILENO);
    else
        result = enter(target, path) ?: 1;
    for (int links = 0; result > 0; links++)
        result = links < LINKS_MAX ? look(target) : -ELOOP;
    if (result < 0)
        target_close(target);
    return result;
}

void target_close(struct target *target)
{
    if (target->directory >= 0)
        close(target->directory);
    target->directory = -1;
}

int target_open(const struct target *target)
{
    const int flags = O_WRONLY | O_CLOEXEC | O_NOCTTY;
    const int empty = S_ISREG(target->status.st_mode) ? O_TRUNC : 0;
    const int fd = target->kind == TARGET_DESCRIPTOR
                       ? fcntl(target->descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                       : openat(target->directory, target->name, flags | empty);

    return fd < 0 ? -errno : fd;
}

bool target_same(const struct target *one, const struct target *other)
{
    if (one->kind == TARGET_DESCRIPTOR && other->kind == TARGET_DESCRIPTOR &&
        one->descriptor == other->descriptor)
        return true;
    if (one->exists != other->exists)
        return false;
    if (one->exists)
        return !S_ISCHR(one->status.st_mode) && is_same_file(&one->status, &other->status);
    return is_same_file(&one->folder, &other->folder) && strcmp(one->name, other->name) == 0;
}
