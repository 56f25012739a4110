/* The status that a command which runs one state ends with. */
#ifndef COMMANDS_ENDING_H
#define COMMANDS_ENDING_H

#include "base/error.h"
#include "machine/run.h"

/* The exit status of the run, seconds being its time limit, 0 if that was the one of another
 * process, and caught the signal that interrupted it; 0 if that came to another process, which
 * counts as SIGINT. For a limit or an interrupt there is also a text in *error. */
int ending_status(const struct run *run, double seconds, int caught, struct error *error);

#endif
