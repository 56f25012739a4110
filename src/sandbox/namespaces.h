/* Namespaces: a system of its own, with no files, no network and nobody in it. */
#ifndef SANDBOX_NAMESPACES_H
#define SANDBOX_NAMESPACES_H

#include "sandbox/sandbox.h"

/* A layer of the sandbox; see sandbox_enter_layer(). Wants a process with one thread, outside of
 * Landlock, which forbids to change mounts. */
int namespaces_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error);

#endif
