/* The debugger's commands as text: a line in, an answer out. */
#ifndef DEBUG_CONSOLE_H
#define DEBUG_CONSOLE_H

#include <stdio.h>

#include "base/output.h"
#include "debug/session.h"
#include "ssem/program.h"

struct console {
    struct session *session;
    const struct machine_config *config; /* seconds is the limit of each command that runs */
    const struct program *programs;      /* that `load` knows */
    int program_count;
    struct output *save, *picture; /* with a stream, if there is one */
    const struct format *format;   /* of save */
    FILE *out;
    bool quit;
    unsigned failed; /* commands that could not be carried out */
};

/* A row of the help: one for each command. */
struct console_help {
    const char *usage; /* name and arguments */
    const char *other; /* names that mean the same, "" for none */
    const char *text;
};

/* The row of that number from 0, or NULL. */
const struct console_help *console_help(unsigned number);

/* Carries out a command, which is changed meanwhile, and prints its answer: one line, but for
 * commands that list or trace. What is wrong with it is an answer as well, and counted. Returns 0,
 * or -errno with text and status for what ends the session: a machine that is of no more use. */
int console_do(struct console *console, char *line, struct error *error);

#endif
