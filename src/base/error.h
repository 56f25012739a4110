/* The error text and exit status that library code hands up to main. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>

/* Exit statuses of babyvisor: sysexits.h where it has one, timeout(1)'s 124, and a shell's for
 * SIGINT and SIGTERM. */
enum status {
    STATUS_STP = 0,
    STATUS_LIMIT = 1,
    STATUS_CYCLE = 2,
    STATUS_USAGE = 64,
    STATUS_DATA = 65,
    STATUS_NO_INPUT = 66,
    STATUS_NO_KVM = 69,
    STATUS_INTERNAL = 70,
    STATUS_SYSTEM = 71,
    STATUS_IO = 74,
    STATUS_TEMPORARY = 75,
    STATUS_PERMISSION = 77,
    STATUS_GUEST = 80,
    STATUS_TIMEOUT = 124,
    STATUS_INTERRUPTED = 130,
    STATUS_TERMINATED = 143,
};

/* Of a process that a signal has ended, beside the signal's number. */
#define STATUS_SIGNAL 128

struct error {
    enum status status;
    char text[8192];
};

/* Sets status and text and returns -code, so that `return error_set(...)` reads as the failure it
 * is. code is an errno value; the text holds no newline at its end and is cut to fit. */
int error_set(struct error *error, enum status status, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Status 71 and the text "WHAT: ..." for the errno of a call of the system that has just failed.
 * Returns -errno. */
int error_system(struct error *error, const char *what);

/* Status 71 and the text for memory that could not be had. Returns -ENOMEM. */
int error_memory(struct error *error);

/* Appends to the text, cut to fit. */
void error_add(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies text of length bytes into out (size bytes, at least 1), with every byte that a terminal
 * could act on written as \xNN; ends with "..." where it had to be cut. Returns out. */
const char *error_escape(char *out, unsigned long size, const char *text, unsigned long length);

#endif
