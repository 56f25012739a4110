/* What `debug` and `panel` have open while somebody sits at them. */
#ifndef COMMANDS_DESK_H
#define COMMANDS_DESK_H

#include <stdbool.h>
#include <stdio.h>

#include "base/output.h"
#include "commands/options.h"
#include "debug/console.h"
#include "ssem/program.h"

#define DESK_PROGRAMS 16

struct desk {
    struct program *programs;
    int count;
    struct output save, picture; /* what --output and --picture name, without a stream for none */
    struct machine *machine;
    struct session session;
};

/* Reads the programs' bytes, opens the outputs and makes the machine. command is for messages. On
 * error returns -errno with text and status; desk_close() closes what is open in either case. */
int desk_open(struct desk *desk, const struct settings *settings, const char *command,
              struct error *error);

/* Enters the sandbox, with standard input or, for terminal, the terminal; what is missing of it is
 * said on report. Then parses the programs, and ends the time limit. Returns 0, or -errno with text
 * and status. */
int desk_confine(struct desk *desk, const struct settings *settings, bool terminal, FILE *report,
                 struct error *error);

/* Begins the session with the first program. Returns a console that is without `out`. */
struct console desk_sit(struct desk *desk, const struct settings *settings);

void desk_close(struct desk *desk);

#endif
