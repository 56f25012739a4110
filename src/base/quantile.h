/* Medians and other quantiles of a list of measurements. */
#ifndef BASE_QUANTILE_H
#define BASE_QUANTILE_H

#include <stddef.h>

/* Sorts the list, smallest first; in place, for some hundreds of values. */
void quantile_sort(double *values, size_t count);

/* The value that this part (0 to 1) of a sorted list lies below; 0 for an empty list. */
double quantile_of(const double *sorted, size_t count, double part);

#endif
