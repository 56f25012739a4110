/* A run that moves to another process: both sides' messages, and the side that hands over.
 *
 * A line each:
 *   receiver: ready babyvisor/move/1
 *   source:   soon            so that nobody is asleep when the state comes; may be left out
 *   source:   state LIMIT {babyvisor/state/1}
 *   receiver: have            or: no, and the reason
 *   source:   go
 *   receiver: running
 *   receiver: end STOP PERIOD ENTERED EXACT {babyvisor/state/1}
 * The source may run until it has sent go, the receiver once it has received it. What moves by
 * pre-copy is ready and handed over as precopy.h says. */
#ifndef COMMANDS_MOVE_H
#define COMMANDS_MOVE_H

#include "base/channel.h"
#include "commands/options.h"
#include "commands/precopy.h"
#include "machine/run.h"
#include "report/moved.h"
#include "sandbox/sandbox.h"
#include "ssem/program.h"

#define MOVE_READY "ready babyvisor/move/1"

struct move {
    struct channel channel; /* not open: the run does not move, or no more */
    const char *where;
    struct run_limit after; /* is_more: as --move-after says; otherwise by SIGUSR1 alone */
    bool is_ready;
    bool is_announced; /* soon was said */
    bool is_precopy;
    struct precopy precopy;
    struct moved moved;
};

/* Connects to where --move-to says, if it does; before the sandbox is entered. From now on SIGUSR1
 * asks for the move. On error returns -errno with text and status. */
int move_open(struct move *move, const struct settings *settings, struct error *error);

/* How many instructions the run may go before it is to be looked at. */
uint64_t move_most(const struct move *move, const struct run *run);

/* Hands the run over if that is asked for, and the receiver is ready. Returns 1 if the run goes on
 * here, which is said on standard error if the move has failed; 0 if it has ended there, with its
 * end in *run; or -errno with text and status 75 if it may be running there, 124 if it is. */
int move_try(struct move *move, struct run *run, struct error *error);

/* The run has ended here: says so on standard error if it was to move. */
void move_end(const struct move *move);

void move_close(struct move *move);

/* Allows what the channel takes, if it is open. */
void move_confine(const struct channel *channel, struct sandbox *sandbox);

/* Sends a state and what goes in front of it: "state LIMIT", "end STOP ...". Returns 0 or -errno.
 */
int move_send(struct channel *channel, const char *head, const struct baby *m);

/* Does what a move takes but sending, so that nothing of it is done for the first time then. */
void move_rehearse(void);

/* Reads decimal digits that a blank follows and sets *at to what comes after it; false if there are
 * none, or too many. */
bool move_number(const char **at, uint64_t *number);

/* The status of a command whose other side has not said what it was to say: that of an interrupt or
 * of the time limit, if that is why, or 75. */
enum status move_lost(void);

/* What such an error of a channel is, in words: channel_text(), but for an interrupt. */
const char *move_text(int code);

/* Reads the state at the end of a message, which is hostile. Returns 0, or -EINVAL with text and
 * status 65. */
int move_read(struct baby *m, const char *text, struct error *error);

#endif
