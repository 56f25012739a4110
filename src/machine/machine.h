/* The one interface of the commands to a running SSEM: open, run jobs, close. */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "commands/options.h"
#include "guest/abi.h"
#include "vmm/exits.h"
#include "vmm/kernel_stats.h"
#include "vmm/tally.h"
#include "vmm/vm.h"

#define MACHINE_KERNEL_STATS 128

struct machine;
struct sandbox;

/* What a run came to. */
struct machine_result {
    enum stop stop;      /* meaningless if timed_out */
    bool timed_out;      /* then state and executed are the last ones that the guest handed over */
    uint64_t executed;   /* SSEM instructions */
    struct baby machine; /* the state: store, A, CI */
};

/* What was counted meanwhile; host and counters alone with backend native. kernel_count is the
 * number of kernel counters, or -errno. */
struct machine_stats {
    const char *host;             /* kind of KVM */
    struct abi_counters counters; /* the engine's, with either backend */
    struct exits exits;
    uint32_t protection;       /* PROTECTION_ bits in force */
    const struct tally *tally; /* the machine's; NULL unless settings asked for stats */
    int kernel_count;
    struct kernel_stat kernel[MACHINE_KERNEL_STATS];
};

/* Makes a machine as the settings ask: backend, image, transport, engine and time limit, which
 * begins now and holds for all that follows, until machine_disarm(): for what machines run, and for
 * files that have to be waited for, which end with -EINTR then. On error returns -errno with text
 * and status and *machine is NULL; otherwise machine_close() frees it. */
int machine_open(struct machine **machine, const struct settings *settings, struct error *error);

/* Tells the machine which program is about to run: engine `static` is translated here, for the
 * others there is nothing to do. machine_run() does it by itself; before machine_jobs() and
 * machine_advance() it is the caller's to do, else `static` interprets all. */
void machine_prepare(struct machine *machine, const struct baby *start);

/* For who prepares no other program: natively nothing that is executable stays writable, but for
 * the code cache of `dynamic`. Another program is interpreted by `static` from now on. */
void machine_seal(struct machine *machine);

/* Runs from start until STP, limit SSEM instructions or the time limit. Returns 0 and fills
 * *result, or -errno with text and status. */
int machine_run(struct machine *machine, const struct baby *start, uint64_t limit,
                struct machine_result *result, struct error *error);

/* Runs m for at most budget instructions as one job: engine_run's contract across the boundary. On
 * error returns -errno with text and status, -ETIME for the time limit, and *m is undefined. */
int machine_advance(struct machine *machine, struct baby *m, uint64_t budget, enum stop *stop,
                    struct error *error);

/* Has observer told of each exit and job from now on, unless it is NULL or there is no VM. The
 * observer has to stay until machine_close(). */
void machine_observe(struct machine *machine, const struct observer *observer);

/* Runs count independent jobs; machine and budget are the caller's, engine and id are filled in
 * here. With transport `ring` many of them share one doorbell. On error returns -errno with text
 * and status, -ETIME for the time limit, and results are undefined. */
int machine_jobs(struct machine *machine, struct abi_job *jobs, struct abi_result *results,
                 size_t count, struct error *error);

/* Gives the machine a new time limit, which begins now; no other machine has one then. Returns 0,
 * or -errno with text and status 71. */
int machine_arm(struct machine *machine, double seconds, struct error *error);

/* Ends the time limit, for who has measured and takes his time to report. A machine may not run
 * after that without machine_arm(), which the sandbox does not allow then. */
void machine_disarm(void);

/* What the engine has counted since machine_open(). */
const struct abi_counters *machine_counters(const struct machine *machine);

/* Exits to user space since machine_open(), 0 with backend native. */
uint64_t machine_exits(const struct machine *machine);

/* Fills *stats with what was counted since machine_open(). */
void machine_stats(const struct machine *machine, struct machine_stats *stats);

/* Tells the sandbox what this machine needs. */
void machine_confine(const struct machine *machine, struct sandbox *sandbox);

void machine_close(struct machine *machine);

#endif
