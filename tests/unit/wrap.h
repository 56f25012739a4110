/* Calls of the kernel that a test answers itself, by --wrap of the linker. */
#ifndef UNIT_WRAP_H
#define UNIT_WRAP_H

/* Each answers as the call does, but -errno for an error; NULL, as it is at the start of a test,
 * leaves the call to the kernel. */
extern int (*wrap_ioctl)(int fd, unsigned long request, void *argument);
extern int (*wrap_access)(const char *path);

/* A file that is opened in the place of /dev/kvm; NULL for /dev/kvm itself. */
extern const char *wrap_kvm;

#endif
