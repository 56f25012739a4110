/* The tubes of the panel, drawn by ncurses: dots and dashes, or two lines to a row. */
#include "panel/tube.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <string.h>

#define TALL_ROWS 42

/* How bright a spot of the tube is. */
enum level { OFF, ON, ACTION_OFF, ACTION_ON, LEVELS };

/* Pairs of colours: two spots in one character, then a spot alone, then the lamp. */
enum { PAIR_TWO = 1, PAIR_ONE = PAIR_TWO + LEVELS * LEVELS, PAIR_LAMP = PAIR_ONE + LEVELS };

static struct tube_style *style;

void tube_begin(struct tube_style *chosen)
{
    static const short few[LEVELS] = {COLOR_BLACK, COLOR_GREEN, COLOR_BLUE, COLOR_WHITE};
    static const short many[LEVELS] = {233, 41, 237, 194};
    const short *levels = COLORS >= 256 ? many : few;

    style = chosen;
    style->colour = style->colour && COLOR_PAIRS > PAIR_LAMP;
    if (!style->colour)
        return;
    use_default_colors();
    for (short upper = 0; upper < LEVELS; upper++) {
        for (short lower = 0; lower < LEVELS; lower++)
            init_pair((short)(PAIR_TWO + LEVELS * upper + lower), levels[upper], levels[lower]);
        init_pair((short)(PAIR_ONE + upper), upper == OFF ? COLOR_GREEN : levels[upper], -1);
    }
    init_pair(PAIR_LAMP, COLOR_RED, -1);
}

bool tube_is_tall(void)
{
    return LINES >= TALL_ROWS;
}

int tube_pitch(void)
{
    return tube_is_tall() && COLS >= TUBE_WIDE ? 2 : 1;
}

/* An attribute of a pair of colours, or what stands for it without colours. */
static chtype paint(int pair, chtype without)
{
    return style->colour ? (chtype)COLOR_PAIR(pair) : without;
}

static enum level level_of(bool on, bool action)
{
    return (enum level)((on ? ON : OFF) + (action ? ACTION_OFF : OFF));
}

/* Spots that follow one another; those with the same attribute are written at once. */
struct brush {
    chtype attribute;
    size_t length;
    char text[256];
};

static void brush_flush(struct brush *brush)
{
    if (brush->length) {
        attrset(brush->attribute);
        addnstr(brush->text, (int)brush->length);
    }
    brush->length = 0;
    attrset(A_NORMAL);
}

static void brush_add(struct brush *brush, chtype attribute, const char *glyph)
{
    const size_t length = strlen(glyph);

    if (brush->attribute != attribute || brush->length + length > sizeof(brush->text))
        brush_flush(brush);
    brush->attribute = attribute;
    memcpy(brush->text + brush->length, glyph, length);
    brush->length += length;
}

/* A spot alone: dot or dash. */
static void draw_spot(struct brush *brush, bool on, bool action, bool cursor)
{
    const enum level level = level_of(on, action);

    brush_add(brush,
              paint(PAIR_ONE + (int)level, action ? A_BOLD : A_NORMAL) |
                  (style->colour && level == OFF ? A_DIM : A_NORMAL) |
                  (cursor ? A_REVERSE : A_NORMAL),
              style->utf8 ? (on ? "━" : "·")
              : on        ? "-"
                          : ".");
}

/* Two spots, one above the other. */
static void draw_two(struct brush *brush, bool upper, bool lower, bool upper_action,
                     bool lower_action)
{
    static const char *const blocks[] = {" ", "▄", "▀", "█"};
    static const char *const marks[] = {" ", ".", "'", ":"};
    const unsigned both = (upper ? 2u : 0) + (lower ? 1u : 0);

    if (style->colour && style->utf8)
        brush_add(brush,
                  (chtype)COLOR_PAIR(PAIR_TWO + LEVELS * (int)level_of(upper, upper_action) +
                                     (int)level_of(lower, lower_action)),
                  "▀");
    else
        brush_add(brush,
                  paint(PAIR_ONE + ON, A_NORMAL) |
                      (upper_action || lower_action ? A_BOLD : A_NORMAL),
                  style->utf8 ? blocks[both] : marks[both]);
}

unsigned long tube_lamp(void)
{
    return paint(PAIR_LAMP, A_BOLD) | A_BOLD;
}

static void draw_frame(const char *name, int rows)
{
    const char *horizontal = style->utf8 ? "─" : "-", *vertical = style->utf8 ? "│" : "|";
    const int right = TUBE_LEFT + 32 * tube_pitch();

    for (int x = TUBE_LEFT; x < right; x++) {
        mvaddstr(TUBE_TOP - 1, x, horizontal);
        mvaddstr(TUBE_TOP + rows, x, horizontal);
    }
    for (int y = TUBE_TOP; y < TUBE_TOP + rows; y++) {
        mvaddstr(y, TUBE_LEFT - 1, vertical);
        mvaddstr(y, right, vertical);
    }
    mvaddstr(TUBE_TOP - 1, TUBE_LEFT - 1, style->utf8 ? "╭" : "+");
    mvaddstr(TUBE_TOP - 1, right, style->utf8 ? "╮" : "+");
    mvaddstr(TUBE_TOP + rows, TUBE_LEFT - 1, style->utf8 ? "╰" : "+");
    mvaddstr(TUBE_TOP + rows, right, style->utf8 ? "╯" : "+");
    mvprintw(TUBE_TOP - 1, TUBE_LEFT + 1, " %s ", name);
}

/* The monitor tube, its line numbers, the action line lit, and a mark on the line of the switches.
 */
void tube_draw(const struct panel *panel)
{
    static const char *const names[PANEL_DISPLAYS] = {"store", "accumulator", "CI and PI"};
    const unsigned action = panel->console.session->now.state.ci;
    const bool store = panel->display == PANEL_STORE;
    const int each = tube_is_tall() ? 1 : 2, rows = ABI_LINES / each, step = tube_pitch();

    draw_frame(names[panel->display], rows);
    for (int row = 0; row < rows; row++) {
        const unsigned line = (unsigned)(row * each);
        const uint32_t upper = panel_row(panel, line), lower = panel_row(panel, (line + 1) % 32);
        const bool lit = store && line == action, lower_lit = store && line + 1 == action;
        const int y = TUBE_TOP + row;
        struct brush brush = {.length = 0};

        mvprintw(y, 0, "%2u", line);
        mvaddstr(y, 2,
                 panel_breaks(panel, line) || (each == 2 && panel_breaks(panel, line + 1)) ? "*"
                                                                                           : " ");
        move(y, TUBE_LEFT);
        for (int bit = 0; bit < 32; bit++) {
            if (each == 1)
                draw_spot(&brush, upper >> bit & 1, lit, false);
            else
                draw_two(&brush, upper >> bit & 1, lower >> bit & 1, lit, lower_lit);
            if (step == 2)
                brush_add(&brush, A_NORMAL, " ");
        }
        brush_flush(&brush);
        if (panel->line / (unsigned)each == (unsigned)row)
            mvaddstr(y, TUBE_LEFT + 32 * step + 1, style->utf8 ? "◂" : "<");
        else
            mvaddstr(y, TUBE_LEFT + 32 * step + 1, " ");
    }
}

void tube_draw_bits(int y, int x, uint32_t word, int cursor)
{
    struct brush brush = {.length = 0};

    move(y, x);
    for (int bit = 0; bit < 32; bit++)
        draw_spot(&brush, word >> bit & 1, true, bit == cursor);
    brush_flush(&brush);
}
