/* The panel without a screen: switches, keys and speed over a debugger's session. */
#ifndef PANEL_PANEL_H
#define PANEL_PANEL_H

#include "debug/console.h"
#include "panel/keys.h"
#include "panel/pace.h"

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
    struct pace pace;
    bool typing, quit;
    char typed[PANEL_TEXT];
    char message[PANEL_TEXT]; /* one line */
    char *page;               /* an answer of several lines, NULL for none */
    const char *page_at;      /* where what is shown of it begins */
};

/* Begins with a machine that is stopped; console is copied, and its out is not used. */
void panel_begin(struct panel *panel, const struct console *console);

/* Frees the page. */
void panel_end(struct panel *panel);

/* Does what the key does, or types it. Returns 0, or -errno with text and status for a machine that
 * is of no more use. */
int panel_key(struct panel *panel, int key, struct error *error);

/* Chooses the typewriter's key of that bit on that line and has it change what the bit is: for the
 * mouse. */
void panel_point(struct panel *panel, unsigned line, unsigned bit, bool changes);

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
