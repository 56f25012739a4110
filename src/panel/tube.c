/* The tubes of the panel, drawn by ncurses: dots and dashes, or two lines to a row. */
#include "panel/tube.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <wchar.h>

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

/* Spots that follow one another, as ncurses keeps them: text would be taken apart at each frame. */
struct strip {
    int length;
    cchar_t cells[2 * 32];
};

static cchar_t cell(chtype attributes, wchar_t glyph)
{
    const wchar_t text[] = {glyph, L'\0'};
    cchar_t made;

    setcchar(&made, text, attributes & A_ATTRIBUTES & ~A_COLOR, (short)PAIR_NUMBER(attributes),
             NULL);
    return made;
}

static void strip_add(struct strip *strip, chtype attributes, wchar_t glyph)
{
    strip->cells[strip->length++] = cell(attributes, glyph);
}

static void strip_draw(int y, int x, const struct strip *strip)
{
    mvadd_wchnstr(y, x, strip->cells, strip->length);
}

/* A spot alone: dot or dash. */
static void add_spot(struct strip *strip, bool on, bool action, bool cursor)
{
    const enum level level = level_of(on, action);

    strip_add(strip,
              paint(PAIR_ONE + (int)level, action ? A_BOLD : A_NORMAL) |
                  (style->colour && level == OFF ? A_DIM : A_NORMAL) |
                  (cursor ? A_REVERSE : A_NORMAL),
              style->utf8 ? (on ? L'━' : L'·')
              : on        ? L'-'
                          : L'.');
}

/* Two spots, one above the other. */
static void add_two(struct strip *strip, bool upper, bool lower, bool upper_action,
                    bool lower_action)
{
    static const wchar_t blocks[] = {L' ', L'▄', L'▀', L'█'};
    static const wchar_t marks[] = {L' ', L'.', L'\'', L':'};
    const unsigned both = (upper ? 2u : 0) + (lower ? 1u : 0);

    if (style->colour && style->utf8)
        strip_add(strip,
                  (chtype)COLOR_PAIR(PAIR_TWO + LEVELS * (int)level_of(upper, upper_action) +
                                     (int)level_of(lower, lower_action)),
                  L'▀');
    else
        strip_add(strip,
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
    const cchar_t horizontal = cell(A_NORMAL, style->utf8 ? L'─' : L'-');
    const cchar_t vertical = cell(A_NORMAL, style->utf8 ? L'│' : L'|');
    const int wide = 32 * tube_pitch(), right = TUBE_LEFT + wide;

    mvhline_set(TUBE_TOP - 1, TUBE_LEFT, &horizontal, wide);
    mvhline_set(TUBE_TOP + rows, TUBE_LEFT, &horizontal, wide);
    mvvline_set(TUBE_TOP, TUBE_LEFT - 1, &vertical, rows);
    mvvline_set(TUBE_TOP, right, &vertical, rows);
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
        struct strip strip = {.length = 0};

        mvprintw(y, 0, "%2u", line);
        mvaddstr(y, 2,
                 panel_breaks(panel, line) || (each == 2 && panel_breaks(panel, line + 1)) ? "*"
                                                                                           : " ");
        for (int bit = 0; bit < 32; bit++) {
            if (each == 1)
                add_spot(&strip, upper >> bit & 1, lit, false);
            else
                add_two(&strip, upper >> bit & 1, lower >> bit & 1, lit, lower_lit);
            if (step == 2)
                strip_add(&strip, A_NORMAL, L' ');
        }
        strip_draw(y, TUBE_LEFT, &strip);
        if (panel->line / (unsigned)each == (unsigned)row)
            mvaddstr(y, TUBE_LEFT + 32 * step + 1, style->utf8 ? "◂" : "<");
        else
            mvaddstr(y, TUBE_LEFT + 32 * step + 1, " ");
    }
}

void tube_draw_bits(int y, int x, uint32_t word, int cursor)
{
    struct strip strip = {.length = 0};

    for (int bit = 0; bit < 32; bit++)
        add_spot(&strip, word >> bit & 1, true, bit == cursor);
    strip_draw(y, x, &strip);
}
