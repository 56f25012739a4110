/* Proves each layer of the sandbox by attempting what it forbids, in a child process. */
#ifndef SANDBOX_PROOF_H
#define SANDBOX_PROOF_H

#include "sandbox/sandbox.h"

enum proof_verdict {
    PROOF_HOLDS,   /* done without the layer, stopped by it */
    PROOF_UNKNOWN, /* cannot be done here without it, either */
    PROOF_ABSENT,  /* this kernel lacks the layer */
    PROOF_BROKEN,  /* done in spite of it, or the layer could not be entered */
};

/* What came of one attempt. */
struct proof {
    enum sandbox_layer layer;
    const char *act;
    enum proof_verdict verdict;
    char without[40]; /* "done" or the error */
    char with[40];    /* the error, or the signal */
};

#define PROOFS_MAX 32

/* Attempts all, each in a child process of its own with this layer alone (for seccomp and
 * Landlock, which want it, after no_new_privs, which stops none of these acts) and in another with
 * none. Fills the list and returns how many. */
size_t proof_all(struct proof list[PROOFS_MAX]);

#endif
