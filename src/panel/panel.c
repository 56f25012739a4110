/* The panel without a screen: switches, keys and speed over a debugger's session. */
#include "panel/panel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "guest/word.h"
#include "report/text.h"

#define FRAME_IDLE   250 /* milliseconds */
#define HANGS_AFTER  10  /* seconds */
#define CONTROL_ROWS 2

static struct session *session_of(const struct panel *panel)
{
    return panel->console.session;
}

static void start_clock(struct panel *panel)
{
    pace_start(&panel->pace, session_of(panel)->now.state.executed);
}

void panel_begin(struct panel *panel, const struct console *console)
{
    *panel = (struct panel){.console = *console, .pace.speed = PACE_ORIGINAL, .line = 1};
    snprintf(panel->message, sizeof(panel->message), "%s is loaded", console->programs[0].name);
    start_clock(panel);
}

void panel_end(struct panel *panel)
{
    free(panel->page);
    panel->page = NULL;
    panel->page_at = NULL;
}

/* Shows the text, which is the panel's from now on. */
static void show(struct panel *panel, char *text)
{
    panel_end(panel);
    panel->page = text;
    panel->page_at = text;
}

/* Goes on to what follows on the page, or leaves it. */
static void turn(struct panel *panel)
{
    for (int i = 0; i < PANEL_PAGE && *panel->page_at; i++) {
        panel->page_at += strcspn(panel->page_at, "\n");
        panel->page_at += *panel->page_at == '\n';
    }
    if (!*panel->page_at)
        panel_end(panel);
}

__attribute__((format(printf, 2, 3))) static void say(struct panel *panel, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(panel->message, sizeof(panel->message), format, arguments);
    va_end(arguments);
}

uint32_t panel_switches(const struct panel *panel)
{
    return word_make((enum word_function)panel->function, panel->line);
}

uint32_t panel_row(const struct panel *panel, unsigned row)
{
    const struct baby *m = &session_of(panel)->now.state;

    switch (panel->display) {
    case PANEL_A:
        return m->a;
    case PANEL_CONTROL:
        return row % CONTROL_ROWS ? m->store[m->ci] : m->ci;
    default:
        return m->store[row];
    }
}

bool panel_breaks(const struct panel *panel, unsigned line)
{
    for (int i = 0; i < SESSION_BREAKPOINTS; i++) {
        const struct breakpoint *breakpoint = &session_of(panel)->breakpoints[i];

        if (breakpoint->kind == BREAKPOINT_LINE && breakpoint->place == line)
            return true;
    }
    return false;
}

/* A command of the debugger, which stops the machine if it moves it; its answer becomes the message
 * or, with several lines, the page. */
static int command(struct panel *panel, const char *text, struct error *error)
{
    const uint64_t executed = session_of(panel)->now.state.executed;
    char line[PANEL_TEXT];
    char *answer = NULL;
    size_t length = 0;
    int result;

    snprintf(line, sizeof(line), "%s", text);
    panel->console.out = open_memstream(&answer, &length);
    if (!panel->console.out)
        return error_memory(error);
    result = console_do(&panel->console, line, error);
    if (fclose(panel->console.out) != 0) {
        free(answer);
        return result < 0 ? result : error_memory(error);
    }
    if (length && answer[length - 1] == '\n')
        answer[--length] = '\0';
    if (strchr(answer, '\n')) {
        show(panel, answer);
    } else {
        say(panel, "%s", answer);
        free(answer);
    }
    panel->quit |= panel->console.quit;
    panel->running &= session_of(panel)->now.state.executed == executed;
    start_clock(panel);
    return result;
}

/* Obeys the instruction of the switches, as if it stood on the next line. */
static int step_manually(struct panel *panel, struct error *error)
{
    struct session *session = session_of(panel);
    const uint32_t line = (session->now.state.ci + 1) % ABI_LINES;
    const uint32_t word = session->now.state.store[line];
    struct baby changed = session->now.state;
    int result;

    changed.store[line] = panel_switches(panel);
    session_change(session, &changed);
    result = command(panel, "step", error);
    changed = session->now.state;
    if (result == 0 && changed.store[line] == panel_switches(panel)) {
        changed.store[line] = word;
        session_change(session, &changed);
    }
    return result;
}

static int step(struct panel *panel, struct error *error)
{
    panel->running = false;
    return panel->manual ? step_manually(panel, error) : command(panel, "step", error);
}

static void run(struct panel *panel)
{
    if (panel->manual) {
        say(panel, "MAN: the prepulse key obeys the switches; AUTO runs the store");
        return;
    }
    panel->running = !panel->running;
    say(panel, panel->running ? "running" : "stopped");
    start_clock(panel);
}

static void set_speed(struct panel *panel, int speed)
{
    panel->pace.speed = speed < 0 ? 0 : speed >= PACE_SPEEDS ? PACE_UNLIMITED : speed;
    start_clock(panel);
}

/* Has the chosen bit be 1 or 0. */
static void write_bit(struct panel *panel, bool one)
{
    struct baby changed = session_of(panel)->now.state;
    uint32_t *word = &changed.store[panel->line];

    *word = one ? *word | 1u << panel->bit : *word & ~(1u << panel->bit);
    session_change(session_of(panel), &changed);
}

void panel_point(struct panel *panel, unsigned line, unsigned bit, bool changes)
{
    panel->line = line % ABI_LINES;
    panel->bit = bit % 32;
    if (changes)
        write_bit(panel, !(session_of(panel)->now.state.store[panel->line] >> panel->bit & 1));
}

static void clear(struct panel *panel, enum action what)
{
    struct baby changed = session_of(panel)->now.state;

    if (what == ACTION_CLEAR_LINE)
        changed.store[panel->line] = 0;
    if (what == ACTION_CLEAR_STORE)
        memset(changed.store, 0, sizeof(changed.store));
    if (what == ACTION_CLEAR_CONTROL)
        changed.ci = 0;
    if (what == ACTION_CLEAR_A || what == ACTION_CLEAR_CONTROL)
        changed.a = 0;
    session_change(session_of(panel), &changed);
    say(panel, "%s", keys_help[what].text);
}

static int toggle_breakpoint(struct panel *panel, struct error *error)
{
    struct session *session = session_of(panel);
    const bool was = panel_breaks(panel, panel->line);
    char text[32];

    for (int i = 0; i < SESSION_BREAKPOINTS; i++)
        if (was && session->breakpoints[i].kind == BREAKPOINT_LINE &&
            session->breakpoints[i].place == panel->line)
            session->breakpoints[i].kind = BREAKPOINT_NONE;
    if (was) {
        say(panel, "no breakpoint on line %u", panel->line);
        return 0;
    }
    snprintf(text, sizeof(text), "break %u", panel->line);
    return command(panel, text, error);
}

static int list_keys(struct panel *panel, struct error *error)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (!out)
        return error_memory(error);
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        fprintf(out, "%-9s %s\n", keys_help[action].shown, keys_help[action].text);
    if (fclose(out) != 0) {
        free(text);
        return error_memory(error);
    }
    show(panel, text);
    return 0;
}

static int act(struct panel *panel, enum action action, struct error *error)
{
    switch (action) {
    case ACTION_RUN:
        run(panel);
        break;
    case ACTION_STEP:
        return step(panel, error);
    case ACTION_BACK:
        panel->running = false;
        return command(panel, "back", error);
    case ACTION_FASTER:
        set_speed(panel, panel->pace.speed + 1);
        break;
    case ACTION_SLOWER:
        set_speed(panel, panel->pace.speed - 1);
        break;
    case ACTION_ORIGINAL:
        set_speed(panel, PACE_ORIGINAL);
        break;
    case ACTION_UNLIMITED:
        set_speed(panel, PACE_UNLIMITED);
        break;
    case ACTION_LINE_UP:
        panel->line = (panel->line + ABI_LINES - 1) % ABI_LINES;
        break;
    case ACTION_LINE_DOWN:
        panel->line = (panel->line + 1) % ABI_LINES;
        break;
    case ACTION_FUNCTION:
        panel->function = (panel->function + 1) % WORD_FUNCTIONS;
        break;
    case ACTION_MANUAL:
        panel->manual = !panel->manual;
        panel->running = false;
        break;
    case ACTION_BIT_LEFT:
        panel->bit = (panel->bit + 31) % 32;
        break;
    case ACTION_BIT_RIGHT:
        panel->bit = (panel->bit + 1) % 32;
        break;
    case ACTION_PRESS:
        write_bit(panel, !panel->erases);
        break;
    case ACTION_WRITE:
        panel->erases = !panel->erases;
        break;
    case ACTION_ONE:
    case ACTION_ZERO:
        write_bit(panel, action == ACTION_ONE);
        panel->bit = (panel->bit + 1) % 32;
        break;
    case ACTION_CLEAR_LINE:
    case ACTION_CLEAR_STORE:
    case ACTION_CLEAR_A:
    case ACTION_CLEAR_CONTROL:
        clear(panel, action);
        break;
    case ACTION_DISPLAY:
        panel->display = (enum panel_display)((panel->display + 1) % PANEL_DISPLAYS);
        break;
    case ACTION_SHOW_STORE:
    case ACTION_SHOW_A:
    case ACTION_SHOW_CONTROL:
        panel->display = (enum panel_display)(PANEL_STORE + (action - ACTION_SHOW_STORE));
        break;
    case ACTION_BREAK:
        return toggle_breakpoint(panel, error);
    case ACTION_UNDO:
        panel->running = false;
        return command(panel, "undo", error);
    case ACTION_RELOAD:
        panel->running = false;
        return command(panel, "load", error);
    case ACTION_COMMAND:
        panel->typing = true;
        panel->typed[0] = '\0';
        break;
    case ACTION_HELP:
        return list_keys(panel, error);
    case ACTION_QUIT:
        panel->quit = true;
        break;
    case ACTION_NONE:
    case ACTION_COUNT:
        break;
    }
    return 0;
}

/* A key while a command is typed. */
static int type(struct panel *panel, int key, struct error *error)
{
    const size_t length = strlen(panel->typed);

    if (key == '\n' || key == KEYS_ESCAPE) {
        panel->typing = false;
        if (key == '\n' && length)
            return command(panel, panel->typed, error);
    } else if (key == KEYS_ERASE) {
        if (length)
            panel->typed[length - 1] = '\0';
        else
            panel->typing = false;
    } else if (key >= ' ' && key <= '~' && length + 1 < 70) {
        panel->typed[length] = (char)key;
        panel->typed[length + 1] = '\0';
    }
    return 0;
}

int panel_key(struct panel *panel, int key, struct error *error)
{
    if (panel->page) {
        turn(panel);
        return 0;
    }
    return panel->typing ? type(panel, key, error) : act(panel, keys_action(key), error);
}

/* Says why the machine has stopped by itself. */
static void stop(struct panel *panel, const struct outcome *outcome)
{
    const struct session *session = session_of(panel);
    char text[BREAKPOINT_TEXT], number[TEXT_GROUPED];

    panel->running = false;
    if (outcome->end == SESSION_STP)
        say(panel, "STP on line %u; running on goes to the next line",
            (unsigned)session->now.state.ci);
    else if (outcome->end == SESSION_BREAKPOINT)
        say(panel, "breakpoint %u, %s", outcome->breakpoint + 1,
            breakpoint_text(&session->breakpoints[outcome->breakpoint], text));
    else if (outcome->end == SESSION_ENDLESS)
        say(panel, "never stops: the state returns after %s instructions",
            text_grouped(session->period, number));
    else
        say(panel, "stopped");
}

int panel_tick(struct panel *panel, struct error *error)
{
    struct session *session = session_of(panel);
    struct order order = {.count = 0};
    struct outcome outcome = {.end = SESSION_DONE};
    int result;

    if (!panel->running)
        return FRAME_IDLE;
    order.count = pace_due(&panel->pace, session->now.state.executed, &order.nanoseconds);
    interrupt_forget();
    result = machine_arm(session->machine, HANGS_AFTER, error);
    if (result == 0)
        result = session_go(session, &order, &outcome, error);
    machine_disarm();
    if (result < 0)
        return result;
    if (outcome.end != SESSION_DONE && outcome.end != SESSION_TIME)
        stop(panel, &outcome);
    pace_note(&panel->pace, session->now.state.executed);
    return panel->pace.speed == PACE_UNLIMITED ? 0 : PACE_FRAME;
}
