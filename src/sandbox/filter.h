/* The seccomp filter: which system calls a run may make, with which arguments. */
#ifndef SANDBOX_FILTER_H
#define SANDBOX_FILTER_H

#include "sandbox/sandbox.h"

/* A layer of the sandbox; see sandbox_enter_layer(). Any other call ends the process by SIGSYS. */
int filter_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error);

#endif
