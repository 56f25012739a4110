/* The translator of engine `static`: a whole store before it runs. */
#ifndef MACHINE_STATIC_TRANSLATE_H
#define MACHINE_STATIC_TRANSLATE_H

#include "guest/abi.h"

/* Translates what start will obey into the pages of ABI_STATIC, ABI_STATIC_SIZE bytes at `pages`,
 * for execution at ABI_BASE + ABI_STATIC. Whatever start is, and whatever it does later, the pages
 * are only code that stays within the engine's contract. Not while the engine runs. */
void static_translate(struct abi_translation *pages, const struct baby *start);

#endif
