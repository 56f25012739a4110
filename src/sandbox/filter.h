/* The seccomp filter: which system calls a run may make, with which arguments. */
#ifndef SANDBOX_FILTER_H
#define SANDBOX_FILTER_H

#include <linux/filter.h>
#include <seccomp.h>

#include "sandbox/sandbox.h"

/* The filter of a plain run: one vCPU of this number, which is the next one after /dev/kvm and the
 * VM, no counters and no output. To make it takes more time than to enter all other layers, so this
 * one is made when the program is: make_filter.c writes plain_filter.c. */
#define FILTER_PLAIN_VCPU 5
extern const struct sock_filter filter_plain[];
extern const unsigned short filter_plain_count;

/* Makes the filter for what *sandbox has. Returns it, which seccomp_release() frees, or NULL with
 * -errno in *result. */
scmp_filter_ctx filter_make(const struct sandbox *sandbox, int *result);

/* A layer of the sandbox; see sandbox_enter_layer(). Any other call ends the process by SIGSYS. */
int filter_enter(const struct sandbox *sandbox, struct sandbox_note *note, struct error *error);

#endif
