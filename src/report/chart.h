/* A comparison as one self-contained HTML page with charts drawn in SVG, light and dark. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include <stdio.h>

#include "report/comparison.h"

/* Writes the page; it needs no script and no other file. Errors stay with the stream. */
void chart_page(FILE *out, const struct comparison *list, size_t count);

#endif
