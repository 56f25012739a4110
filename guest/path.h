/* Finds out what a program is about to do, by letting a copy of the machine do it. */
#ifndef GUEST_PATH_H
#define GUEST_PATH_H

#include "translate.h"

/* Fills *path with the lines that m obeys next, which is not changed, from the one after its CI. It
 * ends after TRANSLATE_PATH of them, with an STP, before a line of `fixed` that has changed on the
 * way, and after a jump of which the lines of `fixed` do not tell where it goes. At least one. */
void path_follow(struct translate_path *path, const struct baby *m, uint32_t fixed);

/* The lines that the path obeys, and those that lines of `fixed` in it jump through. */
uint32_t path_uses(const struct translate_path *path, uint32_t fixed);

/* The lines that lines of `fixed` in the path store to. */
uint32_t path_stores(const struct translate_path *path, uint32_t fixed);

#endif
