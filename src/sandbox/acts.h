/* What the sandbox forbids, as acts that can be attempted. */
#ifndef SANDBOX_ACTS_H
#define SANDBOX_ACTS_H

#include <stddef.h>
#include <sys/types.h>

#include "sandbox/sandbox.h"

/* What an act returns where it cannot even be attempted, which is no errno. */
#define ACTS_UNPREPARED 250

/* What a process has before it is confined; descriptors are -1 where there is no KVM. */
struct scene {
    int kvm, vm, vcpu, other_vcpu, null, file;
    struct kvm_run *run; /* of vcpu; NULL for none */
    int shared;          /* a segment of System V memory that the parent holds */
    pid_t parent;
};

struct act {
    enum sandbox_layer layer;
    const char *name;
    int (*attempt)(const struct scene *scene); /* 0: done; else errno, or ACTS_UNPREPARED */
    int error;                                 /* what stops it: errno; or 0 and a signal */
    int signal;
};

extern const struct act acts_table[];
extern const size_t acts_count;

/* Makes a VM with two vCPUs and opens what the acts want. */
void acts_set_scene(struct scene *scene);

#endif
