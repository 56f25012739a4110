/* Durations in buckets of about 6% width, for medians and percentiles in fixed memory. */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEPS   16 /* buckets for each doubling */
#define HISTOGRAM_BUCKETS (61 * HISTOGRAM_STEPS)

struct histogram {
    uint64_t count;
    uint64_t total;
    uint64_t least, most; /* 0 in an empty histogram */
    uint32_t buckets[HISTOGRAM_BUCKETS];
};

/* Adds a value, nanoseconds as a rule; any uint64_t has its bucket. */
void histogram_add(struct histogram *histogram, uint64_t value);

/* The value that this part (0 to 1) of all values does not exceed, up to the width of a bucket, and
 * is not above the most; 0 for an empty histogram. */
uint64_t histogram_percentile(const struct histogram *histogram, double part);

/* Their mean, 0 for none. */
double histogram_mean(const struct histogram *histogram);

#endif
