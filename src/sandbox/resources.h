/* What a run holds and may take: its descriptors, and limits of the system's resources. */
#ifndef SANDBOX_RESOURCES_H
#define SANDBOX_RESOURCES_H

#include "sandbox/sandbox.h"

/* Layers of the sandbox; see sandbox_enter_layer(). */
int resources_descriptors(const struct sandbox *sandbox, struct sandbox_note *note,
                          struct error *error);
int resources_limits(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error);

#endif
