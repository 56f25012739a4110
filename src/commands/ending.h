/* The status that a command which runs one state ends with. */
#ifndef COMMANDS_ENDING_H
#define COMMANDS_ENDING_H

#include "base/error.h"
#include "machine/run.h"

/* The exit status of the run, seconds being its time limit and caught the signal that interrupted
 * it, if one did. For the limit there is also a text in *error. */
int ending_status(const struct run *run, double seconds, int caught, struct error *error);

#endif
