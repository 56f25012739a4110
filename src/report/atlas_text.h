/* The exit atlas for people: what happened, what it costs, and the story behind it. */
#ifndef REPORT_ATLAS_TEXT_H
#define REPORT_ATLAS_TEXT_H

#include <stdio.h>

#include "atlas/atlas.h"

/* Prints each row's name, rings, class, what provokes it and what it needs. */
void atlas_text_list(FILE *out, const struct atlas_row *const *rows, size_t count);

/* Prints what happened and what it costs, group by group. */
void atlas_text_table(FILE *out, const struct atlas_result *results, size_t count);

/* Prints the story of the one row that all results have: what it is for, its guest's code, and what
 * happened in each ring. */
void atlas_text_explain(FILE *out, const struct atlas_result *results, size_t count);

/* Writes what happened as a few words into out and returns it: "exit IO", "fault #GP in the guest",
 * "handled in the kernel". */
const char *atlas_text_happened(const struct atlas_result *result, char *out, size_t size);

#endif
