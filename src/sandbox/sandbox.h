/* What a run may still do once its machines are made: layers, entered together. */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/choice.h"
#include "base/error.h"
#include "base/output.h"
#include "observe/kernel_stats.h"

#define SANDBOX_MACHINES 16
#define SANDBOX_OUTPUTS  5
#define SANDBOX_STREAMS  272
#define SANDBOX_GRACE    5 /* seconds of CPU beyond a time limit */

/* Identifier, name, file of src/sandbox/ and the function in it that enters the layer, in the order
 * in which they are entered: what opens files before Landlock and the limits, which let nothing be
 * opened; namespaces before core dumps, since new credentials allow those again. */
#define SANDBOX_LAYER_LIST(X)                                                                      \
    X(DESCRIPTORS, "descriptors", resources_descriptors)                                           \
    X(NAMESPACES, "namespaces", namespaces_enter)                                                  \
    X(CORE, "core dumps", privileges_no_core)                                                      \
    X(NO_NEW_PRIVS, "no_new_privs", privileges_no_new)                                             \
    X(LANDLOCK, "Landlock", landlock_enter)                                                        \
    X(LIMITS, "limits", resources_limits)                                                          \
    X(CAPABILITIES, "capabilities", privileges_drop)                                               \
    X(SECCOMP, "seccomp", filter_enter)

enum sandbox_layer {
#define X(id, name, enter) SANDBOX_##id,
    SANDBOX_LAYER_LIST(X)
#undef X
        SANDBOX_LAYERS,
};

enum sandbox_mode {
    SANDBOX_ON,
    SANDBOX_OFF,
    SANDBOX_REPORT,
    SANDBOX_REQUIRE,
    SANDBOX_MODES,
};

/* By enum sandbox_mode. */
extern const struct choice sandbox_modes[SANDBOX_MODES + 1];

/* With sanitizers or coverage a process ends by calls that no layer would allow (it traces itself,
 * it writes files), so that --sandbox=on must be asked for. */
#if defined(__SANITIZE_ADDRESS__) || defined(COVERAGE)
#define SANDBOX_INSTRUMENTED 1
#define SANDBOX_DEFAULT      "off"
#else
#define SANDBOX_INSTRUMENTED 0
#define SANDBOX_DEFAULT      "on"
#endif

/* A descriptor that is read, written or both, and waited for; synced: also brought to the disk, cut
 * and begun elsewhere. */
struct sandbox_stream {
    int fd;
    int uses; /* of the following */
};
#define SANDBOX_READS  1
#define SANDBOX_WRITES 2
#define SANDBOX_SYNCS  4

/* What the run needs beyond computing: all else is refused. */
struct sandbox {
    struct {
        int vcpu_fd;
        uint8_t *immediate_exit; /* of its struct kvm_run; NULL: it is no vCPU */
        struct kernel_stats stats;
    } machines[SANDBOX_MACHINES];
    size_t machine_count;
    const struct output *outputs[SANDBOX_OUTPUTS];
    size_t output_count;
    struct sandbox_stream streams[SANDBOX_STREAMS];
    size_t stream_count;
    pid_t child;         /* that is waited for; 0 for none */
    bool any_length;     /* what is written may have any length */
    bool timers;         /* sets the time limit anew */
    bool reads_input;    /* goes on reading standard input */
    bool has_terminal;   /* on standard input and output: sets its modes, waits for keys, stops */
    bool prints_much;    /* as much as to an output */
    bool snapshots;      /* takes snapshots of its machines, or puts them there */
    int log_fd;          /* of a VM whose dirty log is taken; 0 for none */
    bool makes_machines; /* of its own guests, from kvm_fd: the atlas */
    int kvm_fd;
    double seconds; /* of CPU time, from now on */
};

/* What has become of a layer. */
struct sandbox_note {
    bool enforced;
    char text[160]; /* what it does here, or why it is not there */
};

extern const char *const sandbox_layer_names[SANDBOX_LAYERS];

/* Allows KVM_RUN on this vCPU, and to read those of the kernel's counters that are open. A machine
 * or an output too many makes sandbox_enter() fail. */
void sandbox_add_machine(struct sandbox *sandbox, int vcpu_fd, uint8_t *immediate_exit,
                         const struct kernel_stats *stats);

/* Allows writing to the output and asking its committer to put it in its place, which is confined
 * as well; NULL and one that is not open add nothing. It must stay until sandbox_enter(). */
void sandbox_add_output(struct sandbox *sandbox, const struct output *output);

/* Allows what uses says, SANDBOX_ bits, on a descriptor. */
void sandbox_add_stream(struct sandbox *sandbox, int fd, int uses);

/* Has KVM make what it makes at the first KVM_RUN, without entering the guest (api.rst,
 * immediate_exit): since Linux 6.13 a thread for each VM, which no limit of processes would allow,
 * nor another namespace of them. Returns 0, or -errno with text and status 71. */
int sandbox_start_machines(const struct sandbox *sandbox, struct error *error);

/* Enters one layer, for good. Returns 1, or 0 where this host has none, with the reason in *note;
 * or -errno with text and status 71. Landlock and seccomp want no_new_privs before them, or a
 * privilege. */
int sandbox_enter_layer(const struct sandbox *sandbox, enum sandbox_layer layer,
                        struct sandbox_note *note, struct error *error);

/* Enters the layers as mode says, after which the process can do what *sandbox has and nothing
 * else: a system call that is not allowed ends it with SIGSYS. Namespaces, which cost a cold start
 * too much, are entered with SANDBOX_REQUIRE alone. A layer that this host lacks is left out, which
 * is said on report, once; with SANDBOX_REQUIRE that is an error, and so is any other failure in
 * each mode: -errno with text and status 71. With SANDBOX_REPORT lists on report what is enforced.
 */
int sandbox_enter(const struct sandbox *sandbox, enum sandbox_mode mode, FILE *report,
                  struct error *error);

#endif
