/* A debugger's session over a machine: forward, to a breakpoint, back, and changes by the user.
 *
 * Nothing reaches into an engine: it runs N instructions, and then the state is looked at. Where it
 * matters which instruction it is, the reference runs ahead and finds N; the engine then obeys
 * exactly so many, and both states are compared, so that each stop is a check of the engine. */
#ifndef DEBUG_SESSION_H
#define DEBUG_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "debug/breakpoint.h"
#include "debug/history.h"
#include "debug/obeyed.h"
#include "machine/run.h"

#define SESSION_BREAKPOINTS 32

struct session {
    struct machine *machine; /* not owned */
    struct moment now;
    bool has_last;       /* last is the instruction that led here */
    struct obeyed last;  /* its number counts since the session began */
    uint64_t period;     /* state returns after so many, as far as the engine knows; 0 otherwise */
    uint64_t elapsed_ns; /* in the machine */
    uint64_t leapt;
    uint64_t slice; /* of the longest job so far: the next order begins with it */
    struct breakpoint breakpoints[SESSION_BREAKPOINTS];
    struct history history;
};

enum session_end {
    SESSION_DONE,        /* so many instructions as were asked for */
    SESSION_STP,         /* obeyed STP */
    SESSION_BREAKPOINT,  /* the one of that number */
    SESSION_UNTIL,       /* the one of the order */
    SESSION_ENDLESS,     /* the state returns, and nothing else would end it */
    SESSION_TIME,        /* the order's time is up */
    SESSION_INTERRUPTED, /* see interrupt.h */
};

/* How far to go. */
struct order {
    uint64_t count;                 /* instructions, UINT64_MAX for no end */
    const struct breakpoint *until; /* one more breakpoint, NULL for none */
    uint64_t nanoseconds;           /* looked at between two jobs; 0 for no limit */
};

struct outcome {
    enum session_end end;
    unsigned breakpoint; /* of SESSION_BREAKPOINT: its index */
};

/* Begins at a state, whose executed the program's count goes on from. The machine stays the
 * caller's. */
void session_begin(struct session *session, struct machine *machine, const struct baby *state);

/* Instructions obeyed since the program's beginning. */
uint64_t session_executed(const struct session *session);

/* Goes forward; STP ends it, and the next order goes on after it. A breakpoint on a line does not
 * stop the first instruction. Returns 0 and why it ended in *outcome, or -errno with text and
 * status: those of the machine, and 80 for an engine that is not right. After an error the state is
 * the last one that was right, but the machine may be of no more use. */
int session_go(struct session *session, const struct order *order, struct outcome *outcome,
               struct error *error);

/* Goes to the moment after so many instructions of the session, back or forward, through STP and
 * breakpoints. Back, it is as it was then, the user's last change at that moment included; what
 * came later is forgotten. order's time is the limit. Returns 0, SESSION_DONE being there, or
 * -errno as session_go(), or -ERANGE with text where the history begins later. */
int session_travel(struct session *session, uint64_t executed, const struct order *order,
                   struct outcome *outcome, struct error *error);

/* Has the machine hold another store, A and CI, as changed by the user. */
void session_change(struct session *session, const struct baby *state);

/* The same for another program, whose count goes on from state's. */
void session_load(struct session *session, const struct baby *state);

/* Goes back to the moment before the last change that is kept, and forgets what came after. As
 * session_travel(), but -ENOENT with text if there is none. */
int session_undo(struct session *session, const struct order *order, struct outcome *outcome,
                 struct error *error);

/* Adds a breakpoint; returns its index, or -ENOSPC with text if there is no room. */
int session_add_breakpoint(struct session *session, const struct breakpoint *breakpoint,
                           struct error *error);

#endif
