/* The panel on a terminal, by ncurses. */
#ifndef PANEL_SCREEN_H
#define PANEL_SCREEN_H

#include <stdbool.h>

#include "base/error.h"
#include "panel/panel.h"

#define SCREEN_ROWS    24
#define SCREEN_COLUMNS 80

/* What is shown besides the panel. */
struct screen_notes {
    const char *explanation; /* of the tour, NULL for none */
    const char *program;
    const char *host; /* kind of KVM */
};

/* Takes over the terminal of standard input and output: reads what terminfo has of it, and catches
 * the signals that would leave it as it is. Without UTF-8, or with ascii, only ASCII is drawn;
 * without colours where the environment has NO_COLOR. Returns 0, or -errno with text and status 64
 * for no terminal, or one that cannot do it. */
int screen_open(bool ascii, struct error *error);

/* Gives the terminal back as it was. Nothing where it is not taken over. */
void screen_close(void);

/* Draws all, or that the terminal is too small. */
void screen_draw(const struct panel *panel, const struct screen_notes *notes);

/* Waits for a key or so many milliseconds, whichever comes first. Returns false if the terminal is
 * gone. */
bool screen_wait(int milliseconds);

/* The next key that was pressed, 0 for none; what the mouse does is done to panel. */
int screen_key(struct panel *panel);

/* The number of a signal that ends the program (SIGINT, SIGTERM, SIGHUP, SIGQUIT) and has come, or
 * 0. */
int screen_ended(void);

/* If a stop was asked for (SIGTSTP), gives the terminal back, stops the process, and takes it over
 * again when that is continued. */
void screen_suspend(void);

#endif
