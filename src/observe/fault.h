/* Says in words what a guest's fault was: which page, which permission, which function. */
#ifndef OBSERVE_FAULT_H
#define OBSERVE_FAULT_H

#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "vmm/image.h"

/* Sets the error, status 80, from what ring 0 has reported; memory is guest memory, read for its
 * page tables alone. Returns -EFAULT. */
int fault_describe(const struct image *image, const uint8_t *memory, const struct abi_fault *fault,
                   struct error *error);

/* Bytes of a vector's short name. */
#define FAULT_MNEMONIC 32

/* Writes "#GP", or "vector 128" for one that has no such name, into out and returns it. */
const char *fault_mnemonic(uint64_t vector, char out[FAULT_MNEMONIC]);

#endif
