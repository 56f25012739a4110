/* The debugger's commands that move the machine: step, run, back. */
#include "debug/moves.h"

#include <errno.h>
#include <inttypes.h>

#include "base/interrupt.h"
#include "report/text.h"

/* Beyond the time limit, which is looked at between two jobs; what is still running then hangs. */
#define GRACE 10

static void print_row(const struct console *console)
{
    const struct session *session = console->session;
    struct obeyed obeyed = session->last;
    char row[OBEYED_ROW];

    obeyed.number -= session->now.since;
    fprintf(console->out, "%s\n", obeyed_row(&obeyed, row));
}

/* Why the machine has stopped, and where. */
static void print_outcome(const struct console *console, const struct outcome *outcome)
{
    const struct session *session = console->session;
    char text[BREAKPOINT_TEXT], number[TEXT_GROUPED];

    switch (outcome->end) {
    case SESSION_STP:
        fprintf(console->out, "STP on line %u: ", (unsigned)session->now.state.ci);
        break;
    case SESSION_BREAKPOINT:
        fprintf(console->out, "breakpoint %u, %s: ", outcome->breakpoint + 1,
                breakpoint_text(&session->breakpoints[outcome->breakpoint], text));
        break;
    case SESSION_ENDLESS:
        fprintf(console->out, "never stops, the state returns after %s instructions: ",
                text_grouped(session->period, number));
        break;
    case SESSION_TIME:
        fprintf(console->out, "time limit of %g s: ", console->config->seconds);
        break;
    case SESSION_INTERRUPTED:
        fputs("interrupted: ", console->out);
        break;
    case SESSION_DONE:
    case SESSION_UNTIL:
        break;
    }
    answer_position(console);
}

static struct order order_of(const struct console *console, uint64_t count)
{
    return (struct order){
        .count = count,
        .nanoseconds = (uint64_t)(console->config->seconds * 1e9),
    };
}

/* Gives the machine its time for a command. */
static int begin(const struct console *console, struct error *error)
{
    interrupt_forget();
    return machine_arm(console->session->machine, console->config->seconds + GRACE, error);
}

/* Goes forward and prints why it ended. */
static int forward(struct console *console, const struct order *order, struct error *error)
{
    struct outcome outcome;
    int result = begin(console, error);

    if (result == 0)
        result = session_go(console->session, order, &outcome, error);
    machine_disarm();
    if (result < 0)
        return result;
    if (outcome.end == SESSION_DONE && console->session->has_last)
        print_row(console);
    else
        print_outcome(console, &outcome);
    return CARRIED_OUT;
}

int moves_step(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, 0);

    if (!answer_count(console, arguments, 1, UINT64_MAX - 1, &order.count))
        return REFUSED;
    return forward(console, &order, error);
}

int moves_trace(struct console *console, char *arguments, struct error *error)
{
    struct outcome outcome = {.end = SESSION_DONE};
    uint64_t count;
    int result;

    if (!answer_count(console, arguments, 1, ANSWER_TRACE_MOST, &count))
        return REFUSED;
    result = begin(console, error);
    if (result == 0)
        fprintf(console->out, "%s\n", obeyed_head);
    while (result == 0 && count-- > 0 && outcome.end == SESSION_DONE) {
        const struct order order = order_of(console, 1);

        result = session_go(console->session, &order, &outcome, error);
        if (result == 0)
            print_row(console);
    }
    machine_disarm();
    if (result < 0)
        return result;
    print_outcome(console, &outcome);
    return CARRIED_OUT;
}

int moves_run(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, 0);

    if (!answer_count(console, arguments, UINT64_MAX, UINT64_MAX, &order.count))
        return REFUSED;
    return forward(console, &order, error);
}

int moves_until(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, UINT64_MAX);
    struct breakpoint until;

    if (!breakpoint_read(&until, arguments))
        return answer_refuse_word(console, arguments, breakpoint_syntax);
    order.until = &until;
    return forward(console, &order, error);
}

int moves_over(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, UINT64_MAX);
    struct breakpoint until = {.kind = BREAKPOINT_LINE};
    uint64_t lines;

    if (!answer_count(console, arguments, 1, ABI_LINES - 1, &lines))
        return REFUSED;
    until.place = (console->session->now.state.ci + 1 + (unsigned)lines) % ABI_LINES;
    order.until = &until;
    return forward(console, &order, error);
}

/* Travels, or undoes a change if there is no place to go. */
static int travel(struct console *console, const uint64_t *executed, struct error *error)
{
    const struct order order = order_of(console, 0);
    struct outcome outcome;
    int result = begin(console, error);

    if (result == 0 && executed)
        result = session_travel(console->session, *executed, &order, &outcome, error);
    else if (result == 0)
        result = session_undo(console->session, &order, &outcome, error);
    machine_disarm();
    if (result == -ERANGE || result == -ENOENT) {
        answer_refuse(console, "%s", error->text);
        error->text[0] = '\0';
        return REFUSED;
    }
    if (result < 0)
        return result;
    print_outcome(console, &outcome);
    return CARRIED_OUT;
}

static int go_back(struct console *console, uint64_t count, struct error *error)
{
    uint64_t executed = console->session->now.state.executed;

    if (count > executed)
        return answer_refuse(console, "only %" PRIu64 " obeyed so far", executed);
    executed -= count;
    return travel(console, &executed, error);
}

int moves_goto(struct console *console, char *arguments, struct error *error)
{
    const uint64_t now = session_executed(console->session);
    uint64_t count;

    if (!*arguments)
        return answer_refuse(console, "goto wants a number of instructions");
    if (!answer_number(arguments, 0, UINT64_MAX - 1, &count))
        return answer_refuse_word(console, arguments, "a number of instructions");
    if (count < now)
        return go_back(console, now - count, error);
    count = console->session->now.state.executed + (count - now);
    return travel(console, &count, error);
}

int moves_back(struct console *console, char *arguments, struct error *error)
{
    uint64_t count;

    return answer_count(console, arguments, 1, UINT64_MAX, &count) ? go_back(console, count, error)
                                                                   : REFUSED;
}

int moves_undo(struct console *console, char *arguments, struct error *error)
{
    (void)arguments;
    return travel(console, NULL, error);
}
