/* Privileges that a run does without: none to gain, no capability, no core dump. */
#ifndef SANDBOX_PRIVILEGES_H
#define SANDBOX_PRIVILEGES_H

#include "sandbox/sandbox.h"

/* Layers of the sandbox; see sandbox_enter_layer(). */
int privileges_no_core(const struct sandbox *sandbox, struct sandbox_note *note,
                       struct error *error);
int privileges_no_new(const struct sandbox *sandbox, struct sandbox_note *note,
                      struct error *error);
int privileges_drop(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error);

#endif
