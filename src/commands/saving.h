/* Keeps the state of a run in a file: while it runs, and as it ends. */
#ifndef COMMANDS_SAVING_H
#define COMMANDS_SAVING_H

#include "base/output.h"
#include "commands/options.h"
#include "machine/run.h"

struct saving {
    struct output output; /* no stream: nothing is kept */
    uint64_t every;       /* nanoseconds, 0 for at the end alone */
    uint64_t last;        /* when it was kept, or the run began */
    bool has_warned;
};

/* Opens what --save names, if it does; before the sandbox is entered, which must allow the
 * output. On error returns -errno with text and status, 64 for --save-every alone. */
int saving_open(struct saving *saving, const struct settings *settings, struct error *error);

/* For a run that is advanced by others: to be called after each advance. */
void saving_meanwhile(struct saving *saving, const struct run *run);

/* As run_finish(), and keeps the state each time after the interval,
 * when the job has ended that is under way. If it cannot, says so once on standard error and goes
 * on; what was kept before stays. */
int saving_run(struct saving *saving, struct run *run, struct error *error);

/* Puts the run's state in its place, on the disk when this returns, if there is an output. Returns
 * 0, or -errno with text and status, and what was kept before stays. */
int saving_keep(struct saving *saving, const struct run *run, struct error *error);

/* The same for a state that is nowhere else: if it cannot be kept, prints it on standard error, in
 * the same format, and adds that to the text. */
void saving_rescue(struct saving *saving, const struct run *run, struct error *error);

/* Closes the output; what was kept stays. */
void saving_close(struct saving *saving);

#endif
