/* Images that would cost their reader far more than they weigh, and those at the bounds. */
#ifndef IMAGES_BOMBS_H
#define IMAGES_BOMBS_H

#include "images/craft.h"

struct bomb {
    const char *name; /* a file name as well */
    void (*arm)(struct craft *craft);
    const char *says; /* what the refusal says, NULL for one that is taken */
};

extern const struct bomb bombs[];
extern const size_t bomb_count;

#endif
