/* What a run may still do once its machines are made: five layers, entered together. */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/choice.h"
#include "base/error.h"
#include "base/output.h"

#define SANDBOX_MACHINES 16
#define SANDBOX_OUTPUTS  4

/* In the order in which they are entered. */
enum sandbox_layer {
    SANDBOX_CORE,
    SANDBOX_NO_NEW_PRIVS,
    SANDBOX_LANDLOCK,
    SANDBOX_CAPABILITIES,
    SANDBOX_SECCOMP,
    SANDBOX_LAYERS,
};

enum sandbox_mode {
    SANDBOX_ON,
    SANDBOX_OFF,
    SANDBOX_REPORT,
    SANDBOX_MODES,
};

/* By enum sandbox_mode. */
extern const struct choice sandbox_modes[SANDBOX_MODES + 1];

/* With sanitizers or coverage a process ends by calls that no layer would allow (it traces itself,
 * it writes files), so that --sandbox=on has to be asked for. */
#if defined(__SANITIZE_ADDRESS__) || defined(COVERAGE)
#define SANDBOX_INSTRUMENTED 1
#define SANDBOX_DEFAULT      "off"
#else
#define SANDBOX_INSTRUMENTED 0
#define SANDBOX_DEFAULT      "on"
#endif

/* Writes the counts of a build with coverage, while files can still be opened; what this process
 * does after that is not counted. To be called by a layer before it is entered. */
#ifdef COVERAGE
#include <gcov.h>
#define sandbox_write_coverage() __gcov_dump()
#else
#define sandbox_write_coverage() ((void)0)
#endif

/* What the run needs beyond computing: filled by sandbox_add_*, all else is refused. */
struct sandbox {
    struct {
        int vm_fd, vcpu_fd;
    } machines[SANDBOX_MACHINES];
    size_t machine_count;
    const struct output *outputs[SANDBOX_OUTPUTS];
    size_t output_count;
    bool stats;  /* reads the kernel's counters at the end */
    bool json;   /* prints JSON */
    bool timers; /* sets the time limit anew */
};

/* What has become of a layer. */
struct sandbox_note {
    bool enforced;
    char text[160]; /* what it does here, or why it is not there */
};

struct sandbox_notes {
    struct sandbox_note layers[SANDBOX_LAYERS];
};

/* "core dumps", "no_new_privs", "Landlock", "capabilities", "seccomp". */
extern const char *const sandbox_layer_names[SANDBOX_LAYERS];

/* Allows KVM_RUN on this vCPU; with stats also the kernel's counters of both. */
void sandbox_add_machine(struct sandbox *sandbox, int vm_fd, int vcpu_fd);

/* Allows writing to the output and putting it in its place; NULL and one that is not open add
 * nothing. It has to stay until sandbox_enter(). */
void sandbox_add_output(struct sandbox *sandbox, const struct output *output);

/* Opens the directory in which the output is put in its place, for reference alone (O_PATH).
 * Returns the descriptor, or -1 with errno. */
int sandbox_open_directory(const struct output *output);

/* Enters one layer, for good. Returns 1, or 0 where this kernel has none, with the reason in
 * *note; or -errno with text and status 71. Landlock and seccomp want no_new_privs before them, or
 * a privilege. */
int sandbox_enter_layer(const struct sandbox *sandbox, enum sandbox_layer layer,
                        struct sandbox_note *note, struct error *error);

/* Enters all layers as mode says, after which the process can do what *sandbox tells and nothing
 * else: a system call that is not allowed ends it with SIGSYS. A layer that this kernel lacks is
 * left out; any other failure is -errno with text and status 71. With SANDBOX_REPORT tells what is
 * enforced on report. */
int sandbox_enter(const struct sandbox *sandbox, enum sandbox_mode mode, FILE *report,
                  struct error *error);

#endif
