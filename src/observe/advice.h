/* What to do where there is no KVM that may be used. */
#ifndef OBSERVE_ADVICE_H
#define OBSERVE_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "vmm/kvm.h"

/* What the advice depends on. */
struct advice_facts {
    int code;             /* errno of opening /dev/kvm, or of KVM_CREATE_VM */
    enum kvm_kind cpu;    /* what the CPU offers: VT-x, AMD-V or unknown, which is neither */
    enum kvm_kind loaded; /* whose module is loaded */
    bool is_container;
    bool is_virtual;  /* a virtual machine itself */
    char group[32];   /* that may use /dev/kvm; "" for none but its owner's */
    char user[32];    /* who runs this, by name; "" if nobody says */
    bool is_in_group; /* the user is, by the list of groups; this process need not be */
};

/* Finds out what there is to know here about the error `code`. */
void advice_gather(struct advice_facts *facts, int code);

/* Writes what to do into out, a sentence or two without a full stop; "" for an error about which
 * nothing is known. Depends on the facts alone. Returns out. */
const char *advice_text(const struct advice_facts *facts, char *out, size_t size);

#endif
