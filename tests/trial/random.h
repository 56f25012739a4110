/* Random numbers, the same for the same seed everywhere. */
#ifndef TRIAL_RANDOM_H
#define TRIAL_RANDOM_H

#include <stdint.h>

/* The next number of the sequence that *state stands in (Steele, Lea, Flood: splitmix64). */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t mix = *state += 0x9e3779b97f4a7c15;

    mix = (mix ^ mix >> 30) * 0xbf58476d1ce4e5b9;
    mix = (mix ^ mix >> 27) * 0x94d049bb133111eb;
    return mix ^ mix >> 31;
}

/* A number below limit, which is not 0. */
static inline uint32_t random_below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)((random_next(state) >> 32) * limit >> 32);
}

#endif
