/* The tubes of the panel, drawn by ncurses: dots and dashes, or two lines to a row. */
#ifndef PANEL_TUBE_H
#define PANEL_TUBE_H

#include <stdbool.h>

#include "panel/panel.h"

/* Where the monitor tube is. On a terminal that is high enough it has a row for each line of the
 * store, otherwise one for two lines. */
#define TUBE_TOP  2
#define TUBE_LEFT 4

/* A terminal of at least so many columns gives a bit two of them on a high tube. */
#define TUBE_WIDE 112

struct tube_style {
    bool utf8, colour;
};

/* Begins colours, after ncurses' start_color(), unless it cannot: then style->colour is false. The
 * style is used from then on and stays the caller's. */
void tube_begin(struct tube_style *style);

/* Whether each line has a row, and the columns of a bit, on the terminal as it is now. */
bool tube_is_tall(void);
int tube_pitch(void);

/* The attribute of the stop lamp that is lit. */
unsigned long tube_lamp(void);

/* Draws the monitor tube, its line numbers, the action line lit, breakpoints, and a mark on the
 * line of the switches. */
void tube_draw(const struct panel *panel);

/* Draws a word as dots and dashes, the bit of cursor marked unless it is negative. */
void tube_draw_bits(int y, int x, uint32_t word, int cursor);

#endif
