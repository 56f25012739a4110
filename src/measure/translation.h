/* What engines `static` and `dynamic` have made of a program, as it lies in memory. */
#ifndef MEASURE_TRANSLATION_H
#define MEASURE_TRANSLATION_H

#include "base/error.h"
#include "guest/abi.h"
#include "guest/translate/area.h"

/* A copy. Every number in `made` that says where something is has been checked, code has not. */
struct translation {
    struct abi_translation made;
    uint8_t code[AREA_SIZE]; /* the whole area, of which struct area's offsets speak */
    uint32_t address;        /* where it is executed */
};

/* Copies the AREA_SIZE bytes of an area, which is executed at address, and checks what they say of
 * lines and bytes, as a hostile guest may have written them. Returns 0, or -EPROTO with text and
 * status 80 for what cannot be. */
int translation_read(struct translation *translation, const uint8_t *area, uint32_t address,
                     struct error *error);

#endif
