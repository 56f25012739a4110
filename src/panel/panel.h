/* The panel without a screen: switches, keys and speed over a debugger's session. */
#ifndef PANEL_PANEL_H
#define PANEL_PANEL_H

#include "debug/console.h"
#include "panel/keys.h"

/* Speeds, each ten times the one before; the last has no limit. */
#define PANEL_SPEEDS    11
#define PANEL_ORIGINAL  3
#define PANEL_UNLIMITED (PANEL_SPEEDS - 1)

#define PANEL_TEXT 1024 /* of a message, and of a command that is typed */
#define PANEL_PAGE 20   /* lines of a page that are shown at once */

enum panel_display { PANEL_STORE, PANEL_A, PANEL_CONTROL, PANEL_DISPLAYS };

struct panel {
    struct console console;
    enum panel_display display;
    bool running;
    bool manual;   /* MAN, not AUTO */
    bool erases;   /* the typewriter's keys do, not write */
    unsigned line; /* L switches, and the line that the typewriter writes to */
    unsigned function;
    unsigned bit; /* the typewriter's key */
    int speed;
    bool typing, quit;
    char typed[PANEL_TEXT];
    char message[PANEL_TEXT]; /* one line */
    char *page;               /* an answer of several lines, NULL for none */
    const char *page_at;      /* where what is shown of it begins */
    /* Where the clock of the present speed was started. */
    uint64_t began, began_executed;
    /* Instructions a second, over the last second or so. */
    double rate;
    uint64_t rated, rated_executed;
    /* Of frames without a limit of speed: when the machine was last left, 0 if it has stopped since,
     * and the mean of the nanoseconds until it was entered again. */
    uint64_t left, drawing;
};

/* Begins with a machine that is stopped; console is copied, and its out is not used. */
void panel_begin(struct panel *panel, const struct console *console);

/* Frees the page. */
void panel_end(struct panel *panel);

/* Instructions a second at that speed; 0 for no limit. */
double panel_rate(int speed);

/* Does what the key does, or types it. Returns 0, or -errno with text and status for a machine that
 * is of no more use. */
int panel_key(struct panel *panel, int key, struct error *error);

/* Chooses the typewriter's key of that bit on that line and has it change what the bit is: for the
 * mouse. */
void panel_point(struct panel *panel, unsigned line, unsigned bit, bool changes);

/* The nanoseconds that the machine runs for a frame without a limit of speed, when all else of a
 * frame takes so many: that is a fiftieth of the time, or there are four frames a second. */
uint64_t panel_frame(uint64_t drawing);

/* Lets the machine run on to where the clock is, for a frame at most. Returns the milliseconds
 * until there is more to do, or -errno as panel_key(). */
int panel_tick(struct panel *panel, struct error *error);

/* The word of that row of the monitor tube. */
uint32_t panel_row(const struct panel *panel, unsigned row);

/* The instruction that the line and function switches are. */
uint32_t panel_switches(const struct panel *panel);

/* Whether a breakpoint stops before that line. */
bool panel_breaks(const struct panel *panel, unsigned line);

#endif
