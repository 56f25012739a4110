/* The panel on a terminal, by ncurses. */
#include "panel/screen.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "panel/tube.h"
#include "report/text.h"
#include "ssem/isa.h"

/* Where things are beside the tube. */
#define SIDE      41
#define BITS      (SIDE + 4)
#define BITS_ROW  11
#define TEXT_WIDE (SCREEN_COLUMNS - 2)

static struct {
    bool open;
    struct tube_style style;
    pid_t process;
} screen;

static volatile sig_atomic_t ended, suspended;

static void note_end(int signal_number)
{
    ended = signal_number;
}

static void note_stop(int signal_number)
{
    (void)signal_number;
    suspended = 1;
}

static void catch_signals(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action = {.sa_handler = note_end};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        sigaction(ends[i], &action, NULL);
    action.sa_handler = note_stop;
    sigaction(SIGTSTP, &action, NULL);
}

int screen_open(bool ascii, struct error *error)
{
    const char *name = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, STATUS_USAGE, ENOTTY,
                         "panel: it needs a terminal; `babyvisor debug` does without");
    setlocale(LC_CTYPE, "");
    if (!name || !newterm(NULL, stdout, stdin))
        return error_set(error, STATUS_USAGE, ENOTTY,
                         "panel: this terminal is not known (TERM); `babyvisor debug` does "
                         "without");
    screen.open = true;
    screen.process = getpid();
    if (!tigetstr("cup") || tigetstr("cup") == (char *)-1) {
        screen_close();
        return error_set(error, STATUS_USAGE, ENOTTY,
                         "panel: this terminal moves no cursor; `babyvisor debug` does without");
    }
    screen.style.utf8 = !ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    screen.style.colour = !getenv("NO_COLOR") && has_colors() && start_color() == OK;
    tube_begin(&screen.style);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    mousemask(BUTTON1_PRESSED, NULL);
    mouseinterval(0);
    catch_signals();
    return 0;
}

void screen_close(void)
{
    if (screen.open)
        endwin();
    screen.open = false;
}

int screen_ended(void)
{
    return ended;
}

void screen_suspend(void)
{
    if (!suspended)
        return;
    suspended = 0;
    endwin();
    kill(screen.process, SIGSTOP);
    clearok(curscr, TRUE);
    refresh();
}

bool screen_wait(int milliseconds)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    if (poll(&input, 1, milliseconds) < 0)
        return errno == EINTR;
    return !(input.revents & (POLLERR | POLLHUP | POLLNVAL));
}

static int side(void)
{
    return SIDE + 32 * (tube_pitch() - 1);
}

/* On the tube a click chooses line and bit, and on a tall one it also changes the bit; where a row
 * has two lines, a second click chooses the other one. In the row of the chosen line it changes the
 * bit. */
static void click(struct panel *panel, int y, int x)
{
    const int bit = (x - TUBE_LEFT) / tube_pitch();
    const int row = y - TUBE_TOP;

    if (y == BITS_ROW && x >= side() + 4 && x < side() + 4 + 32)
        panel_point(panel, panel->line, (unsigned)(x - side() - 4), true);
    else if (x < TUBE_LEFT || bit >= 32 || row < 0 || row >= ABI_LINES / (tube_is_tall() ? 1 : 2))
        return;
    else if (tube_is_tall())
        panel_point(panel, (unsigned)row, (unsigned)bit, panel->display == PANEL_STORE);
    else
        panel_point(panel, 2 * (unsigned)row + (panel->line == 2 * (unsigned)row), (unsigned)bit,
                    false);
}

int screen_key(struct panel *panel)
{
    static const struct {
        int curses, ours;
    } keys[] = {{KEY_UP, KEYS_UP},           {KEY_DOWN, KEYS_DOWN}, {KEY_LEFT, KEYS_LEFT},
                {KEY_RIGHT, KEYS_RIGHT},     {'\r', '\n'},          {KEY_ENTER, '\n'},
                {KEY_BACKSPACE, KEYS_ERASE}, {127, KEYS_ERASE},     {'\b', KEYS_ERASE}};

    for (;;) {
        const int key = getch();
        MEVENT event;

        if (key == ERR)
            return 0;
        if (key == KEY_RESIZE) {
            clear();
            continue;
        }
        if (key == KEY_MOUSE) {
            if (getmouse(&event) == OK)
                click(panel, event.y, event.x);
            continue;
        }
        if (key >= KEY_F0 && key <= KEY_F(12))
            return KEYS_F + (key - KEY_F0);
        for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            if (keys[i].curses == key)
                return keys[i].ours;
        if (key < 0x80)
            return key;
    }
}

/* Text in the right half, cut to it. */
__attribute__((format(printf, 2, 3))) static void put(int y, const char *format, ...)
{
    char text[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    mvaddnstr(y, side(), text, COLS - side());
}

static void draw_lamp(const struct panel *panel)
{
    const struct session *session = panel->console.session;
    const bool lit = session->now.stop == STOP_STP && !panel->running;

    put(1, "STOP ");
    attrset(lit ? (chtype)tube_lamp() : A_NORMAL);
    addstr(screen.style.utf8 ? (lit ? "●" : "○") : lit ? "(*)" : "( )");
    attrset(A_NORMAL);
    printw("  %s  %s  %s", panel->running ? "RUN " : "    ", panel->manual ? "MAN " : "AUTO",
           panel->erases ? "ERASE" : "WRITE");
}

static void draw_machine(const struct panel *panel)
{
    const struct baby *m = &panel->console.session->now.state;
    const uint32_t next = (m->ci + 1) % ABI_LINES;
    char instruction[8], after[8], number[TEXT_GROUPED];

    put(3, "CI  %-3u PI %-8s next: %u %s", (unsigned)m->ci, isa_text(m->store[m->ci], instruction),
        (unsigned)next, isa_text(m->store[next], after));
    tube_draw_bits(4, side() + 4, m->ci, -1);
    tube_draw_bits(5, side() + 4, m->store[m->ci], -1);
    put(6, "A   %" PRId32, isa_number(m->a));
    tube_draw_bits(7, side() + 4, m->a, -1);
    put(9, "L %u%u%u%u%u  F %u%u%u  %s", panel->line & 1, panel->line >> 1 & 1,
        panel->line >> 2 & 1, panel->line >> 3 & 1, panel->line >> 4 & 1, panel->function & 1,
        panel->function >> 1 & 1, panel->function >> 2 & 1,
        isa_text(panel_switches(panel), instruction));
    put(10, "line %-2u  %-8s %" PRId32, panel->line, isa_text(m->store[panel->line], instruction),
        isa_number(m->store[panel->line]));
    tube_draw_bits(BITS_ROW, side() + 4, m->store[panel->line], (int)panel->bit);
    put(13, "%s obeyed", text_grouped(session_executed(panel->console.session), number));
}

/* Seconds as "1 h 02 min" or "12.3 s". */
static void draw_time(int y, double seconds)
{
    if (seconds < 120)
        put(y, "%.1f s on the Baby of 1948", seconds);
    else if (seconds < 2 * 3600)
        put(y, "%.0f min on the Baby of 1948", seconds / 60);
    else
        put(y, "%.0f h on the Baby of 1948", seconds / 3600);
}

static void draw_rates(const struct panel *panel)
{
    const double rate = pace_rate(panel->pace.speed);
    char number[TEXT_GROUPED], measured[TEXT_GROUPED];

    text_grouped((uint64_t)(panel->pace.rate + 0.5), measured);
    if (panel->pace.speed == PACE_UNLIMITED)
        put(14, "speed unlimited, now %s/s", measured);
    else if (rate < 100)
        put(14, "speed %.3g/s, now %s/s", rate, measured);
    else
        put(14, "speed %s/s%s, now %s/s", text_grouped((uint64_t)rate, number),
            panel->pace.speed == PACE_ORIGINAL ? " of 1948" : "", measured);
    draw_time(15, (double)session_executed(panel->console.session) * TEXT_BABY_SECONDS);
}

static void draw_vmm(const struct panel *panel, const struct screen_notes *notes)
{
    static struct machine_stats stats;
    const struct machine_config *config = panel->console.config;
    char line[80] = "", number[TEXT_GROUPED];

    if (config->backend == BACKEND_NATIVE) {
        put(16, "no VM: natively");
        put(18, "%s", config_engines[config->engine].name);
        return;
    }
    machine_stats(panel->console.session->machine, &stats);
    for (uint32_t i = 0; i <= EXITS_REASONS; i++)
        if (stats.exits.by_reason[i]) {
            const size_t used = strlen(line);
            const char *name = exits_reason_name(i);

            snprintf(line + used, sizeof(line) - used, "  %s %s", name ? name : "other",
                     text_grouped(stats.exits.by_reason[i], number));
        }
    put(16, "exits%s", line[0] ? line : "  none");
    put(17, "guest %.1f ms  VMM %.1f ms", (double)stats.exits.guest_ns / 1e6,
        (double)stats.exits.vmm_ns / 1e6);
    put(18, "%s  %s  KVM by %s", config_engines[config->engine].name,
        config_transports[config->transport].name, notes->host);
}

/* Text in so many rows at most, broken between words. */
static void draw_text(int y, int rows, const char *text)
{
    for (; rows > 0 && *text; rows--) {
        const size_t length = text_fits(text, TEXT_WIDE);

        mvaddnstr(y++, 1, text, (int)length);
        text += length;
        text += strspn(text, " ");
    }
}

static void draw_message(const struct panel *panel, const struct screen_notes *notes)
{
    const int y = LINES - 5;

    if (notes->explanation) {
        attrset(A_BOLD);
        draw_text(y, 3, notes->explanation);
        attrset(A_NORMAL);
    } else if (panel->typing) {
        mvprintw(y + 1, 1, ":%s", panel->typed);
        attrset(A_REVERSE);
        addstr(" ");
        attrset(A_NORMAL);
    } else {
        draw_text(y + 1, 2, panel->message);
    }
    if (notes->explanation) {
        mvaddstr(LINES - 1, 1, "space next   q leave the tour");
        return;
    }
    mvaddnstr(LINES - 2, 1, "space run/stop   s step   b back   + faster   - slower   = 1948", -1);
    mvaddnstr(LINES - 1, 1, "F1 all keys   : command   u undo   q quit", -1);
}

static void draw_page(const char *page)
{
    const char *at = page;

    for (int y = 0; *at && y < PANEL_PAGE; y++) {
        const size_t length = strcspn(at, "\n");

        mvaddnstr(y, 1, at, (int)length < COLS - 1 ? (int)length : COLS - 1);
        at += length;
        at += *at == '\n';
    }
    attrset(A_BOLD);
    mvaddstr(LINES - 1, 1, *at ? "any key goes on" : "any key goes back");
    attrset(A_NORMAL);
}

void screen_draw(const struct panel *panel, const struct screen_notes *notes)
{
    erase();
    if (LINES < SCREEN_ROWS || COLS < SCREEN_COLUMNS) {
        mvprintw(0, 0, "too small: %dx%d, the panel needs %dx%d; q quits", COLS, LINES,
                 SCREEN_COLUMNS, SCREEN_ROWS);
    } else if (panel->page) {
        draw_page(panel->page_at);
    } else {
        mvaddnstr(0, 1, "babyvisor, the Manchester Baby of 1948:", -1);
        printw(" %.30s", notes->program);
        tube_draw(panel);
        draw_lamp(panel);
        draw_machine(panel);
        draw_rates(panel);
        draw_vmm(panel, notes);
        draw_message(panel, notes);
    }
    refresh();
}
