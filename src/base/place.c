/* A file that is written under a name of its own and then put in the place of another. */
#include "base/place.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

#define ACL     "system.posix_acl_access"
#define ACL_MAX 4096

int place_invent(char work[PLACE_NAME_SIZE])
{
    uint64_t number;

    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        return -errno;
    snprintf(work, PLACE_NAME_SIZE, ".babyvisor-%016" PRIx64, number);
    return 0;
}

int place_create(int directory, const char *work, bool replaces)
{
    const int file = openat(directory, work, PLACE_FLAGS, replaces ? 0600 : 0666);

    return file < 0 ? -errno : file;
}

static int keep_access_list(const struct place *place)
{
    char list[ACL_MAX];
    const ssize_t size = lgetxattr(place->name, ACL, list, sizeof(list));

    if (size < 0)
        return errno == ENODATA || errno == EOPNOTSUPP ? 0 : -errno;
    return fsetxattr(place->file, ACL, list, (size_t)size, 0) < 0 ? -errno : 0;
}

/* Where the group cannot be kept, ours gets no more than others have. The bits that make a program
 * gain rights go, as with a write. */
int place_keep(const struct place *place, const struct stat *status)
{
    const bool grouped = fchown(place->file, status->st_uid, status->st_gid) == 0 ||
                         fchown(place->file, (uid_t)-1, status->st_gid) == 0;
    const mode_t all = status->st_mode & 0777;
    const mode_t mode = grouped ? all : (all & ~(mode_t)070) | (all & 07) << 3;
    struct stat made;

    if (fstat(place->file, &made) < 0)
        return -errno;
    if ((made.st_mode & 0777) != mode && fchmod(place->file, mode) < 0)
        return -errno;
    return grouped ? keep_access_list(place) : 0;
}

int place_commit(const struct place *place)
{
    const int result = rename(place->work, place->name) < 0 ? -errno : 0;

    if (result < 0)
        place_remove(place);
    return result;
}

/* The next file, with what the one at name has. */
static int make_next(struct place *next, const char *name)
{
    struct stat status;
    const bool replaces = lstat(name, &status) == 0 && S_ISREG(status.st_mode);
    int result;

    *next = (struct place){.name = name};
    result = place_invent(next->work);
    if (result < 0)
        return result;
    next->file = place_create(AT_FDCWD, next->work, replaces);
    if (next->file < 0)
        return next->file;
    result = replaces ? place_keep(next, &status) : 0;
    if (result < 0) {
        place_remove(next);
        close(next->file);
    }
    return result;
}

static int write_all(int file, const char *bytes, ssize_t count)
{
    while (count > 0) {
        const ssize_t done = write(file, bytes, (size_t)count);

        if (done < 0)
            return -errno;
        bytes += done;
        count -= done;
    }
    return 0;
}

static int copy(int from, int to)
{
    static char bytes[64 * 1024]; /* not on a stack that may be small */
    off_t at = 0;
    int result = 0;

    while (result == 0) {
        const ssize_t got = pread(from, bytes, sizeof(bytes), at);

        if (got <= 0)
            return got < 0 ? -errno : 0;
        result = write_all(to, bytes, got);
        at += got;
    }
    return result;
}

/* EINVAL is fsync(2)'s answer for what cannot be synchronized. */
static int sync_file(int file)
{
    return fsync(file) < 0 && errno != EINVAL ? -errno : 0;
}

/* Copies the file into the next one and puts that in its place, once it is on the disk. */
static int copy_into_place(const struct place *place)
{
    struct place next;
    int result = make_next(&next, place->name);

    if (result < 0)
        return result;
    result = copy(place->file, next.file);
    if (result == 0)
        result = sync_file(next.file);
    if (result == 0)
        result = place_commit(&next);
    else
        place_remove(&next);
    close(next.file);
    return result == 0 ? sync_file(place->folder) : result;
}

int place_publish(const struct place *place)
{
    const int result = place->folder < 0 ? place->folder : copy_into_place(place);
    const int emptied = place_empty(place);

    return result < 0 ? result : emptied;
}

int place_empty(const struct place *place)
{
    return ftruncate(place->file, 0) < 0 || lseek(place->file, 0, SEEK_SET) < 0 ? -errno : 0;
}

void place_remove(const struct place *place)
{
    unlink(place->work);
}
