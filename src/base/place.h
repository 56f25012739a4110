/* A file that is written under a name of its own and then put in the place of another. */
#ifndef BASE_PLACE_H
#define BASE_PLACE_H

#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

/* How files are made: never by opening one that is there. */
#define PLACE_FLAGS (O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)

#define PLACE_NAME_SIZE 32

/* Both names are in the working directory. */
struct place {
    const char *name; /* of what is to be replaced, or made */
    char work[PLACE_NAME_SIZE];
    int file;   /* what work names; the caller closes it */
    int folder; /* the working directory, or -errno where it may not be read; likewise */
};

/* Invents a name that no file has, of 64 random bits, and short, so that it fits beside any other.
 * Returns 0 or -errno. */
int place_invent(char work[PLACE_NAME_SIZE]);

/* Makes the file, in a directory that is open. If it is to replace one, its owner alone may read it
 * until place_keep(); else it is what open(2) gives, 0666 & ~umask. Returns the descriptor or
 * -errno. */
int place_create(int directory, const char *work, bool replaces);

/* Gives the file the mode, the owner, as far as that is permitted, and the access list of the one
 * at name, whose status is given. Returns 0 or -errno. */
int place_keep(const struct place *place, const struct stat *status);

/* Puts the file in the place of name. Returns 0, or -errno with the file removed. */
int place_commit(const struct place *place);

/* Puts a copy of the file in the place of name, on the disk when this returns, and empties the
 * file. Returns 0, or -errno: then what was at name is as before, unless it is fsync(2) of the
 * folder that has failed. The file is emptied all the same. */
int place_publish(const struct place *place);

/* Empties the file and sets its offset, which others may share, to 0. Returns 0 or -errno. */
int place_empty(const struct place *place);

/* Removes the file, and leaves what is at name as it is. */
void place_remove(const struct place *place);

#endif
