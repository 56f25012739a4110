/* A tour of the machine of 1948: explanations, and keys that are pressed meanwhile. */
#ifndef PANEL_TOUR_H
#define PANEL_TOUR_H

#include "panel/panel.h"

struct tour {
    unsigned stop;  /* of the tour, from 0 */
    uint64_t began; /* when it came there */
};

/* Begins at the first stop. Returns as panel_key(). */
int tour_begin(struct tour *tour, struct panel *panel, struct error *error);

/* What is explained there, NULL at the end of the tour. */
const char *tour_text(const struct tour *tour);

/* Goes on if the time of a stop is over. Returns as panel_key(). */
int tour_tick(struct tour *tour, struct panel *panel, struct error *error);

/* Goes to the next stop, for space and Enter, or to the end, for q and Escape. Returns as
 * panel_key(). */
int tour_key(struct tour *tour, struct panel *panel, int key, struct error *error);

#endif
