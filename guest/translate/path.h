/* The paths through a program that are worth a block, found by reading it. */
#ifndef GUEST_TRANSLATE_PATH_H
#define GUEST_TRANSLATE_PATH_H

#include "guest/translate/translate.h"

/* How often the CMP of a line let the next line be obeyed, and how often it skipped it. */
struct path_cmp {
    uint16_t stayed, skipped;
};

/* Fills *path with the lines that are likely to be obeyed from `line` on. It ends after
 * TRANSLATE_PATH of them, with an STP, and with a jump whose target the lines of `fixed` do not
 * show where it goes. cmp is what is known of CMPs, for each line, or NULL. At least one line. */
void path_expect(struct translate_path *path, const uint32_t store[ABI_LINES], unsigned line,
                 uint32_t fixed, const struct path_cmp cmp[ABI_LINES]);

/* The line that is obeyed after the line, which holds a JMP or JRP. */
unsigned path_jump_target(const uint32_t store[ABI_LINES], unsigned line);

/* The lines that the path obeys, and those that lines of `fixed` in it jump through. */
uint32_t path_uses(const struct translate_path *path, uint32_t fixed);

/* The lines that lines of `fixed` in the path store to. */
uint32_t path_stores(const struct translate_path *path, uint32_t fixed);

#endif
