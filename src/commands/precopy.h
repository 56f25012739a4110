/* A VM that moves by pre-copy: its memory in rounds while it runs, its vCPU when it stands still.
 *
 * Both sides' messages, a line each, up to the word to go on, which is move.h's:
 *   receiver: ready babyvisor/vm/1
 *   source:   vm BYTES KIND LENGTH CHECK CPU     of struct snapshot, KVM, guest image, processor
 *   receiver: send            or: no, and the reason
 *   source:   page N          and ABI_PAGE bytes; the same page again after each round it is
 *                             written in
 *   source:   stop LIMIT      and struct snapshot, whose check is of itself
 *   receiver: have            or: no, and the reason
 *
 * Between two of its turns, of about PRECOPY_TURN_NS, the VM stands still for as long, in which as
 * many pages are sent as there is room for. */
#ifndef COMMANDS_PRECOPY_H
#define COMMANDS_PRECOPY_H

#include "base/channel.h"
#include "commands/options.h"
#include "machine/run.h"
#include "report/moved.h"
#include "snapshot/dirty.h"

#define PRECOPY_READY   "ready babyvisor/vm/1"
#define PRECOPY_TURN_NS (200 * 1000)

/* So few pages that the VM is stopped for them. */
#define PRECOPY_FEW 8

/* The source's side. */
struct precopy {
    bool is_greeted, is_welcome; /* it has said what comes; and may send it */
    struct dirty left;           /* of this round */
    unsigned next;
    uint64_t turn;   /* instructions from look to look */
    uint64_t looked; /* when the VM ran on */
    uint64_t due;    /* when the next page may be sent */
    uint64_t moved;  /* when something went to the other side */
    unsigned most;   /* rounds */
    uint64_t round_began, round_bytes;
};

/* Copies on, between two turns of the VM. Returns 1 for more to do, 0 if what is left is to be sent
 * by precopy_stop(), at once; or -errno and in *why what has failed, for good. */
int precopy_round(struct precopy *precopy, struct channel *channel, const struct run *run,
                  struct moved *moved, const char **why);

/* Sends what is left and the vCPU of the VM, which has stood still since began, and waits until the
 * receiver has it. Returns 0, or -errno and *why. */
int precopy_stop(struct precopy *precopy, struct channel *channel, const struct run *run,
                 struct moved *moved, uint64_t began, const char **why);

/* The receiver's side: what has come, which is hostile. */
struct incoming {
    uint8_t *memory;   /* of the guest; not owned */
    struct dirty came; /* pages */
    struct snapshot snapshot;
    uint64_t limit;
};

/* Whether a VM of which that line says what it is can come to this machine. Returns 0, or -EINVAL
 * with text and status 65. */
int precopy_fits(struct machine *machine, const char *line, struct error *error);

/* Says what that line would be for this machine's own VM. */
void precopy_greeting(struct machine *machine, char out[CHANNEL_LINE]);

/* Takes pages into memory until the VM stands still, and what is left; afterwards each page has
 * come that is not zero, the others are zero, and every number of the snapshot that is the VMM's is
 * in its range. Returns 0; -EINVAL with text and status 65; or -EPIPE or -EAGAIN and so on, with
 * text and status 75, for a side that is lost. */
int precopy_receive(struct channel *channel, struct incoming *incoming, struct error *error);

#endif
