/* Output for people: the store as the lecture shows it, and what a run cost. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "machine/run.h"

/* Bytes of a number written with a comma between each three digits. */
#define TEXT_GROUPED 27

/* Seconds of an instruction on the Baby, by the Programmer's Reference Manual. */
#define TEXT_BABY_SECONDS 1.44e-3

/* Writes the number so into out and returns it. */
const char *text_grouped(uint64_t number, char out[TEXT_GROUPED]);

#define TEXT_DURATION 32

/* Writes a duration as people say it, "4.1 ms" or "50 min", into out and returns it. */
const char *text_duration(double seconds, char out[TEXT_DURATION]);

#define TEXT_TIME 16

/* Writes nanoseconds as "12.3 ns", "4.56 us" or "7.89 ms" into out and returns it. */
const char *text_time(double ns, char out[TEXT_TIME]);

#define TEXT_WIDTH 80 /* columns of a line of prose */

/* Prints prose, up to its end or the end of its line, in lines of at most TEXT_WIDTH columns, each
 * indented by so many. */
void text_wrapped(FILE *out, unsigned indent, const char *text);

/* The same on a line that is under way: the first column is the next one, and the lines after that
 * are indented to it. */
void text_hanging(FILE *out, unsigned column, const char *text);

/* Bytes of text that fit into so many columns; only a word that is wider by itself is cut. */
size_t text_fits(const char *text, size_t columns);

/* Prints the state, the instructions executed, why it stopped and how long it took, here and on the
 * machine of 1948; seconds was the time limit, 0 if it was another process's. */
void text_run(FILE *out, const struct run *run, double seconds);

/* Prints what was counted: host, exits by reason and port, times, the kernel's counters. */
void text_stats(FILE *out, const struct machine_stats *stats, const struct machine_config *config);

#endif
