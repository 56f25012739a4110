/* A machine that runs jobs: an engine in the guest or in this process, behind one interface. */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "machine/config.h"
#include "observe/kernel_stats.h"
#include "observe/tally.h"
#include "snapshot/snapshot.h"
#include "vmm/exits.h"
#include "vmm/guest.h"

#define MACHINE_KERNEL_STATS 128

struct machine;
struct sandbox;

/* What was counted meanwhile; host and counters alone with backend native. kernel_count is the
 * number of kernel counters, or -errno. */
struct machine_stats {
    const char *host;             /* kind of KVM */
    struct abi_counters counters; /* the engine's, with either backend */
    struct exits exits;
    uint32_t protection;       /* PROTECTION_ bits in force */
    bool apic;                 /* the guest has a local APIC, in the kernel */
    const struct tally *tally; /* the machine's; NULL unless its config asked for it */
    int kernel_count;
    struct kernel_stat kernel[MACHINE_KERNEL_STATS];
};

/* Begins the time limit of the machine that is opened next, for files that are opened before it and
 * keep us waiting. Returns 0, or -errno with text and status 71. */
int machine_limit(const struct machine_config *config, struct error *error);

/* Makes a machine. A guest image is read here, and checked at the first job, in the sandbox; so
 * status 65 may come from there. Its time limit begins now, unless it has, and holds until
 * machine_disarm(), for what machines run and for files that keep us waiting, which end with -EINTR
 * then. On error returns -errno with text and status and *machine is NULL; otherwise
 * machine_close() frees it. */
int machine_open(struct machine **machine, const struct machine_config *config,
                 struct error *error);

/* Hands engine `static` the program that is about to run, for translation; the other engines need
 * nothing. Without it `static` interprets all. */
void machine_prepare(struct machine *machine, const struct baby *start);

/* For who prepares no other program: natively nothing that is executable stays writable, but for
 * the code cache of `dynamic`. `static` interprets another program from now on. */
void machine_seal(struct machine *machine);

/* The pages that the engine of this machine keeps translated code in, and in *address where it is
 * executed: AREA_SIZE bytes that begin with struct abi_translation, hostile once the guest has run.
 * NULL for an engine that translates nothing. */
const uint8_t *machine_area(const struct machine *machine, uint32_t *address);

/* Reports each exit and job to observer from now on, unless it is NULL or there is no VM. The
 * observer must stay until machine_close(). */
void machine_observe(struct machine *machine, const struct observer *observer);

/* Runs count independent jobs; state and budget are the caller's, engine and id are filled in
 * here. With transport `ring` many of them share one doorbell. On error returns -errno with text
 * and status, -ETIME for the time limit, and results are undefined. */
int machine_jobs(struct machine *machine, struct abi_job *jobs, struct abi_result *results,
                 size_t count, struct error *error);

/* Gives the machine a new time limit, which begins now; no other machine has one then. Returns 0,
 * or -errno with text and status 71. */
int machine_arm(struct machine *machine, double seconds, struct error *error);

/* Ends the time limit, for who has measured and now reports. */
void machine_disarm(void);

/* What the engine has counted since machine_open(). */
const struct abi_counters *machine_counters(const struct machine *machine);

/* Begins exits, times, counters and tally anew, for another program. */
void machine_forget(struct machine *machine);

/* Exits to user space since machine_open(), 0 with backend native. */
uint64_t machine_exits(const struct machine *machine);

/* Fills *stats with what was counted since machine_open(). */
void machine_stats(const struct machine *machine, struct machine_stats *stats);

/* Takes a snapshot of a machine with backend kvm whose run has ended, or was ended in the middle of
 * a job or by a fault of the guest; m is the run's state. Returns 0, or -errno with text and
 * status. */
int machine_take(struct machine *machine, const struct baby *m, struct snapshot *snapshot,
                 struct error *error);

/* Writes it to a file. The VM must not have run since. */
void machine_write(const struct machine *machine, struct snapshot *snapshot, FILE *out);

/* Puts a snapshot that was read in the place of what the machine is: image aside, all that it was
 * opened with. Sets *lost as snapshot_put(). A run then resumes from snapshot->job.state, and its
 * first job is the one that was under way, if one was. Returns 0, or -errno with text and status.
 */
int machine_put(struct machine *machine, const struct snapshot *snapshot, const uint8_t *pages,
                unsigned *lost, struct error *error);

/* Has a machine that has run no job be of the engine and the transport of a snapshot, to boot. */
void machine_imitate(struct machine *machine, const struct snapshot *snapshot);

/* Its guest, between two jobs; there is none with backend native. */
struct guest *machine_guest(struct machine *machine);

/* The job that is under way in a machine that a snapshot was put into, or NULL. */
const struct abi_job *machine_under_way(const struct machine *machine);

/* Adds what this machine needs to what the sandbox allows. */
void machine_confine(const struct machine *machine, struct sandbox *sandbox);

void machine_close(struct machine *machine);

#endif
