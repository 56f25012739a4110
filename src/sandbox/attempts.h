/* Tests each layer of the sandbox by attempting what it forbids, in a child process. */
#ifndef SANDBOX_ATTEMPTS_H
#define SANDBOX_ATTEMPTS_H

#include "sandbox/sandbox.h"

enum attempt_verdict {
    ATTEMPT_HOLDS,   /* done without the layer, stopped by it */
    ATTEMPT_UNKNOWN, /* cannot be done here without it, either */
    ATTEMPT_ABSENT,  /* this kernel lacks the layer */
    ATTEMPT_BROKEN,  /* done in spite of it, or the layer could not be entered */
};

/* What came of one attempt. */
struct attempt_result {
    enum sandbox_layer layer;
    const char *act;
    enum attempt_verdict verdict;
    char without[24]; /* "done", the name of an error, that of a signal, or "-": not attempted */
    char with[24];    /* the same */
};

#define ATTEMPTS_MAX 64

/* Called before each attempt with what it is, how many have been made and how many there are. May
 * be NULL. */
typedef void attempts_look(const char *act, size_t done, size_t all);

/* Attempts all, each in a child process of its own with this layer alone (for seccomp and
 * Landlock, which want it, after no_new_privs, which stops none of these acts) and in another with
 * none. Fills the list and returns how many. */
size_t attempts_all(struct attempt_result list[ATTEMPTS_MAX], attempts_look *look);

#endif
