/* How far long work is: one line on standard error, while that is a terminal. */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include "machine/run.h"

/* What a line shows. Nothing of it is kept. */
struct progress {
    const char *what; /* is being worked on; escaped */
    const char *unit; /* of done and all, such as "rows"; NULL shows neither */
    double done, all; /* 0 or infinite: it is not known how many there are */
    double left;      /* seconds; 0: reckoned from done and all */
    double most;      /* seconds after which it ends in any case; 0: none are known */
};

/* Looks whether standard error is a terminal, and how wide. Before the sandbox, which allows no
 * such calls; without it nothing is ever shown. */
void progress_prepare(void);

/* Begins work, from which rate and time left are reckoned. Shows a first line at once, unless it is
 * NULL: then nothing is shown of work that is done in a moment. */
void progress_begin(const struct progress *first);

/* Shows the line in place of the one before, unless that is less than 200 ms old. Costs a
 * comparison where there is no terminal, otherwise a reading of the clock. */
void progress_show(const struct progress *progress);

/* Begins to show a run, which has begun, each time that run_finish() looks; nothing at first. what
 * is its program, seconds its time limit. *progress must stay while the run does. */
void progress_begin_run(struct progress *progress, struct run *run, const char *what,
                        double seconds);

/* Erases the line, if there is one: before anything else is printed. */
void progress_end(void);

#endif
