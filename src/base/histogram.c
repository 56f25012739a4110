/* Durations in buckets of about 6% width, for medians and percentiles in fixed memory. */
#include "base/histogram.h"

#include <stddef.h>

/* Values below HISTOGRAM_STEPS have a bucket each; above, the leading bit selects a group and the
 * four bits after it the bucket. */
static size_t bucket_of(uint64_t value)
{
    unsigned exponent;

    if (value < HISTOGRAM_STEPS)
        return (size_t)value;
    exponent = 63u - (unsigned)__builtin_clzll(value);
    return (exponent - 3) * HISTOGRAM_STEPS + (size_t)(value >> (exponent - 4)) - HISTOGRAM_STEPS;
}

/* The largest value of a bucket. */
static uint64_t bucket_top(size_t bucket)
{
    size_t group = bucket / HISTOGRAM_STEPS;
    uint64_t step = bucket % HISTOGRAM_STEPS;

    if (group == 0)
        return step;
    return ((HISTOGRAM_STEPS + step + 1) << (group - 1)) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    if (histogram->count == 0 || value < histogram->least)
        histogram->least = value;
    if (value > histogram->most)
        histogram->most = value;
    histogram->count++;
    histogram->total += value;
    histogram->buckets[bucket_of(value)]++;
}

uint64_t histogram_percentile(const struct histogram *histogram, double part)
{
    uint64_t wanted = (uint64_t)((double)histogram->count * part);
    uint64_t seen = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += histogram->buckets[i];
        if (seen > wanted || (seen && seen == histogram->count))
            return bucket_top(i) < histogram->most ? bucket_top(i) : histogram->most;
    }
    return 0;
}

double histogram_mean(const struct histogram *histogram)
{
    return histogram->count ? (double)histogram->total / (double)histogram->count : 0;
}
