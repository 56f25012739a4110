/* Landlock: no file can be opened, made, removed or renamed any more, and no network used. */
#ifndef SANDBOX_LANDLOCK_H
#define SANDBOX_LANDLOCK_H

#include "sandbox/sandbox.h"

/* The Landlock ABI of this kernel, from 1, or -errno: -ENOSYS or -EOPNOTSUPP without it. */
int landlock_abi(void);

/* A layer of the sandbox; see sandbox_enter_layer(). The directory of an output is excepted for
 * what putting the file in its place takes: making and removing files. */
int landlock_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error);

#endif
