/* Medians and other quantiles of a list of measurements. */
#include "base/quantile.h"

#include <stdlib.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

void quantile_sort(double *values, size_t count)
{
    qsort(values, count, sizeof(values[0]), compare_doubles);
}

double quantile_of(const double *sorted, size_t count, double part)
{
    size_t at = (size_t)((double)count * part);

    if (count == 0)
        return 0;
    return sorted[at < count ? at : count - 1];
}
