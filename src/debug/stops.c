/* The debugger's commands for breakpoints. */
#include "debug/stops.h"

#include <inttypes.h>
#include <string.h>

static int list_breakpoints(struct console *console)
{
    char text[BREAKPOINT_TEXT];
    int count = 0;

    for (unsigned i = 0; i < SESSION_BREAKPOINTS; i++)
        if (console->session->breakpoints[i].kind != BREAKPOINT_NONE)
            fprintf(console->out, "%s%u %s", count++ ? "; " : "breakpoints: ", i + 1,
                    breakpoint_text(&console->session->breakpoints[i], text));
    fputs(count ? "\n" : "no breakpoints\n", console->out);
    return CARRIED_OUT;
}

static int add_breakpoint(struct console *console, const struct breakpoint *breakpoint,
                          struct error *error)
{
    const int index = session_add_breakpoint(console->session, breakpoint, error);
    char text[BREAKPOINT_TEXT];

    if (index < 0) {
        answer_refuse(console, "%s", error->text);
        error->text[0] = '\0';
        return REFUSED;
    }
    fprintf(console->out, "breakpoint %d, %s\n", index + 1, breakpoint_text(breakpoint, text));
    return CARRIED_OUT;
}

int stops_break(struct console *console, char *arguments, struct error *error)
{
    struct breakpoint breakpoint;

    if (!*arguments)
        return list_breakpoints(console);
    if (!breakpoint_read(&breakpoint, arguments))
        return answer_refuse_word(console, arguments, breakpoint_syntax);
    return add_breakpoint(console, &breakpoint, error);
}

int stops_watch(struct console *console, char *arguments, struct error *error)
{
    struct breakpoint breakpoint;

    if (!breakpoint_read(&breakpoint, arguments))
        return answer_refuse_word(console, arguments,
                                  "a line such as 27, or a condition such as 27<0");
    if (breakpoint.kind == BREAKPOINT_LINE)
        breakpoint.kind = BREAKPOINT_STORE;
    return add_breakpoint(console, &breakpoint, error);
}

int stops_delete(struct console *console, char *arguments, struct error *error)
{
    struct session *session = console->session;
    uint64_t number;

    (void)error;
    if (!*arguments) {
        memset(session->breakpoints, 0, sizeof(session->breakpoints));
        return list_breakpoints(console);
    }
    if (!answer_number(arguments, 0, UINT64_MAX, &number))
        return answer_refuse_word(console, arguments, "the number of a breakpoint");
    if (number == 0 || number > SESSION_BREAKPOINTS ||
        session->breakpoints[number - 1].kind == BREAKPOINT_NONE)
        return answer_refuse(console, "there is no breakpoint %" PRIu64, number);
    session->breakpoints[number - 1].kind = BREAKPOINT_NONE;
    return list_breakpoints(console);
}
