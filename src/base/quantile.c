/* Medians and other quantiles of a list of measurements. */
#include "base/quantile.h"

void quantile_sort(double *values, size_t count)
{
    /* qsort() may ask how much memory the host has, which no sandbox allows. */
    for (size_t i = 1; i < count; i++) {
        const double value = values[i];
        size_t at = i;

        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

double quantile_of(const double *sorted, size_t count, double part)
{
    size_t at = (size_t)((double)count * part);

    if (count == 0)
        return 0;
    return sorted[at < count ? at : count - 1];
}
