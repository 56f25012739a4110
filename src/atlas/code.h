/* The code of a guest, instruction by instruction. */
#ifndef ATLAS_CODE_H
#define ATLAS_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "guest/atlas/atlas_abi.h"

#define CODE_BYTES 15 /* the longest instruction: SDM vol. 2, 2.3.11 */

struct code_line {
    uint64_t address; /* where the guest has it */
    const uint8_t *bytes;
    size_t size;
    const char *text; /* as it was assembled */
    const char *
        label; /* "begin", "loop", "after" or "loop: after" where it stands there, otherwise NULL */
};

/* Fills *line with the n-th instruction of the guest; returns 0, or -ENOENT beyond the last. */
int code_line(const struct atlas_guest *guest, size_t n, struct code_line *line);

#endif
