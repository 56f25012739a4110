/* The debugger's commands as text: a line in, a line of answer out. */
#include "debug/console.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/interrupt.h"
#include "report/text.h"
#include "ssem/drawing.h"
#include "ssem/isa.h"
#include "ssem/listing.h"
#include "ssem/svg.h"

_Static_assert(PLACE_A == (int)LISTING_A && PLACE_CI == (int)LISTING_CI, "rows are places");

/* Beyond the time limit, which is looked at between two jobs; what is still running then hangs. */
#define GRACE 10

#define TRACE_MOST 1000000

/* Why a command ends: as the machine failed, or as an answer says. */
enum { CARRIED_OUT, REFUSED };

/* A command; what it gets are the arguments without blanks around them, "" for none. Returns
 * CARRIED_OUT or REFUSED, its answer being printed, or -errno with text. */
typedef int carry_out(struct console *console, char *arguments, struct error *error);

/* An answer for what cannot be done. */
__attribute__((format(printf, 2, 3))) static int refuse(struct console *console, const char *format,
                                                        ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("error: ", console->out);
    vfprintf(console->out, format, arguments);
    fputc('\n', console->out);
    va_end(arguments);
    return REFUSED;
}

static int refuse_word(struct console *console, const char *word, const char *want)
{
    char shown[64];

    if (!*word)
        return refuse(console, "an argument is missing: %s", want);
    return refuse(console, "\"%s\" is not %s",
                  error_escape(shown, sizeof(shown), word, strlen(word)), want);
}

static char *skip(char *text)
{
    return text + strspn(text, " \t");
}

/* Cuts the first word off *rest, which is what follows then. Returns the word. */
static char *cut_word(char **rest)
{
    char *word = *rest;
    char *end = word + strcspn(word, " \t");

    *rest = skip(end);
    *end = '\0';
    return word;
}

/* A number of instructions; `initial` for no argument. */
static bool read_count(struct console *console, const char *text, uint64_t initial, uint64_t most,
                       uint64_t *count)
{
    char *end;

    *count = initial;
    if (!*text)
        return true;
    errno = 0;
    *count = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && !*end && !errno && *count <= most)
        return true;
    if (most > TRACE_MOST)
        refuse_word(console, text, "a number of instructions");
    else
        refuse(console, "a number up to %" PRIu64 " is wanted", most);
    return false;
}

/* Where the machine stands, the end of most answers. */
static void print_position(const struct console *console)
{
    const struct session *session = console->session;
    const struct baby *m = &session->now.state;
    const uint32_t line = (m->ci + 1) % ABI_LINES;
    char instruction[8];

    fprintf(console->out, "%" PRIu64 " obeyed; next: line %u %s; A = %" PRId32 "\n",
            session_executed(session), (unsigned)line,
            isa_text(m->store[line], instruction, sizeof(instruction)), isa_number(m->a));
}

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
    print_position(console);
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

static int do_step(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, 0);

    if (!read_count(console, arguments, 1, UINT64_MAX - 1, &order.count))
        return REFUSED;
    return forward(console, &order, error);
}

static int do_trace(struct console *console, char *arguments, struct error *error)
{
    struct outcome outcome = {.end = SESSION_DONE};
    uint64_t count;
    int result;

    if (!read_count(console, arguments, 1, TRACE_MOST, &count))
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

static int do_run(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, 0);

    if (!read_count(console, arguments, UINT64_MAX, UINT64_MAX, &order.count))
        return REFUSED;
    return forward(console, &order, error);
}

static int do_until(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, UINT64_MAX);
    struct breakpoint until;

    if (!breakpoint_read(&until, arguments))
        return refuse_word(console, arguments, breakpoint_syntax);
    order.until = &until;
    return forward(console, &order, error);
}

static int do_over(struct console *console, char *arguments, struct error *error)
{
    struct order order = order_of(console, UINT64_MAX);
    struct breakpoint until = {.kind = BREAKPOINT_LINE};
    uint64_t lines;

    if (!read_count(console, arguments, 1, ABI_LINES - 1, &lines))
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
        refuse(console, "%s", error->text);
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
        return refuse(console, "only %" PRIu64 " obeyed so far", executed);
    executed -= count;
    return travel(console, &executed, error);
}

static int do_goto(struct console *console, char *arguments, struct error *error)
{
    const uint64_t now = session_executed(console->session);
    uint64_t count;

    if (!*arguments)
        return refuse(console, "goto wants a number of instructions");
    if (!read_count(console, arguments, 0, UINT64_MAX - 1, &count))
        return REFUSED;
    if (count < now)
        return go_back(console, now - count, error);
    count = console->session->now.state.executed + (count - now);
    return travel(console, &count, error);
}

static int do_back(struct console *console, char *arguments, struct error *error)
{
    uint64_t count;

    return read_count(console, arguments, 1, UINT64_MAX, &count) ? go_back(console, count, error)
                                                                 : REFUSED;
}

static int do_undo(struct console *console, char *arguments, struct error *error)
{
    (void)arguments;
    return travel(console, NULL, error);
}

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
        refuse(console, "%s", error->text);
        error->text[0] = '\0';
        return REFUSED;
    }
    fprintf(console->out, "breakpoint %d, %s\n", index + 1, breakpoint_text(breakpoint, text));
    return CARRIED_OUT;
}

static int do_break(struct console *console, char *arguments, struct error *error)
{
    struct breakpoint breakpoint;

    if (!*arguments)
        return list_breakpoints(console);
    if (!breakpoint_read(&breakpoint, arguments))
        return refuse_word(console, arguments, breakpoint_syntax);
    return add_breakpoint(console, &breakpoint, error);
}

static int do_watch(struct console *console, char *arguments, struct error *error)
{
    struct breakpoint breakpoint;

    if (!breakpoint_read(&breakpoint, arguments))
        return refuse_word(console, arguments, "a line such as 27, or a condition such as 27<0");
    if (breakpoint.kind == BREAKPOINT_LINE)
        breakpoint.kind = BREAKPOINT_STORE;
    return add_breakpoint(console, &breakpoint, error);
}

static int do_delete(struct console *console, char *arguments, struct error *error)
{
    struct session *session = console->session;
    uint64_t number;

    (void)error;
    if (!*arguments) {
        memset(session->breakpoints, 0, sizeof(session->breakpoints));
        return list_breakpoints(console);
    }
    if (!read_count(console, arguments, 0, SESSION_BREAKPOINTS, &number))
        return REFUSED;
    if (number == 0 || session->breakpoints[number - 1].kind == BREAKPOINT_NONE)
        return refuse(console, "there is no breakpoint %" PRIu64, number);
    session->breakpoints[number - 1].kind = BREAKPOINT_NONE;
    return list_breakpoints(console);
}

static int do_examine(struct console *console, char *arguments, struct error *error)
{
    const struct baby *m = &console->session->now.state;
    char *dash = strchr(arguments, '-');
    int from, to;

    (void)error;
    if (!*arguments) {
        print_position(console);
        return CARRIED_OUT;
    }
    if (strcasecmp(arguments, "all") == 0) {
        listing_write(console->out, m);
        return CARRIED_OUT;
    }
    from = place_find(arguments, dash ? (size_t)(dash - arguments) : strlen(arguments));
    to = dash ? place_find(dash + 1, strlen(dash + 1)) : from;
    if (from < 0 || to < from || (dash && to >= ABI_LINES))
        return refuse_word(console, arguments,
                           "a line from 0 to 31, A, CI, lines such as 20-27, "
                           "or all");
    for (int place = from; place <= to; place++)
        listing_write_row(console->out, m, (unsigned)place);
    return CARRIED_OUT;
}

static int do_deposit(struct console *console, char *arguments, struct error *error)
{
    const size_t length = strcspn(arguments, " \t=");
    const int place = place_find(arguments, length);
    char *value = skip(arguments + length);
    struct baby changed = console->session->now.state;
    uint32_t word;

    (void)error;
    if (*value == '=')
        value = skip(value + 1);
    arguments[length] = '\0';
    if (place < 0)
        return refuse_word(console, arguments, "a line from 0 to 31, A or CI");
    if (!place_read_word(value, &word) || (place == PLACE_CI && word >= ABI_LINES))
        return refuse_word(console, value,
                           place == PLACE_CI ? "a line from 0 to 31"
                                             : "a number, an instruction such as `LDN 24`, or 32 "
                                               "bits, the least significant first");
    place_set(&changed, (unsigned)place, word);
    session_change(console->session, &changed);
    listing_write_row(console->out, &console->session->now.state, (unsigned)place);
    return CARRIED_OUT;
}

static int do_clear(struct console *console, char *arguments, struct error *error)
{
    struct baby changed = console->session->now.state;
    const int place = place_find(arguments, strlen(arguments));
    const bool all = strcasecmp(arguments, "all") == 0;

    (void)error;
    if (all || strcasecmp(arguments, "store") == 0)
        memset(changed.store, 0, sizeof(changed.store));
    else if (place < 0)
        return refuse_word(console, arguments, "a line from 0 to 31, A, CI, store or all");
    if (place >= 0)
        place_set(&changed, (unsigned)place, 0);
    if (all)
        changed.a = changed.ci = 0;
    session_change(console->session, &changed);
    print_position(console);
    return CARRIED_OUT;
}

static int do_list(struct console *console, char *arguments, struct error *error)
{
    const struct baby *m = &console->session->now.state;
    const struct format *format = *arguments ? formats_find(arguments) : NULL;

    (void)error;
    if (!*arguments)
        listing_write(console->out, m);
    else if (format && format->write)
        format->write(console->out, m);
    else
        return refuse_word(console, arguments,
                           "a format that can be written; see `babyvisor help "
                           "formats`");
    return CARRIED_OUT;
}

static int do_load(struct console *console, char *arguments, struct error *error)
{
    uint64_t number;

    (void)error;
    if (!read_count(console, arguments, 1, (uint64_t)console->program_count, &number))
        return REFUSED;
    if (number == 0)
        return refuse(console, "programs are counted from 1");
    session_load(console->session, &console->programs[number - 1].state);
    fprintf(console->out, "loaded %s: ", console->programs[number - 1].name);
    print_position(console);
    return CARRIED_OUT;
}

/* Publishes what has been written to an output. */
static int publish(struct console *console, struct output *output, struct error *error)
{
    char shown[128];

    if (output_publish(output, error) < 0) {
        refuse(console, "%s", error->text);
        error->text[0] = '\0';
        return REFUSED;
    }
    fprintf(console->out, "written to %s\n",
            error_escape(shown, sizeof(shown), output->path, strlen(output->path)));
    return CARRIED_OUT;
}

static int do_save(struct console *console, char *arguments, struct error *error)
{
    struct baby m = console->session->now.state;

    (void)arguments;
    if (!console->save->stream)
        return refuse(console, "no file was opened for it: start with --output=FILE");
    m.executed = session_executed(console->session);
    console->format->write(console->save->stream, &m);
    return publish(console, console->save, error);
}

static int do_picture(struct console *console, char *arguments, struct error *error)
{
    (void)arguments;
    if (!console->picture->stream)
        return refuse(console, "no file was opened for it: start with --picture=FILE");
    svg_write(console->picture->stream, &console->session->now.state);
    return publish(console, console->picture, error);
}

static int do_exits(struct console *console, char *arguments, struct error *error)
{
    static struct machine_stats stats;
    const struct machine_config *config = console->config;
    const char *separator = " (";

    (void)arguments, (void)error;
    if (config->backend == BACKEND_NATIVE) {
        fprintf(console->out, "no VM, no exits: engine %s natively\n",
                config_engines[config->engine].name);
        return CARRIED_OUT;
    }
    machine_stats(console->session->machine, &stats);
    fprintf(console->out, "%" PRIu64 " exits", stats.exits.total);
    for (uint32_t i = 0; i <= EXITS_REASONS; i++)
        if (stats.exits.by_reason[i]) {
            fprintf(console->out, "%s%s %" PRIu64, separator,
                    exits_reason_name(i) ? exits_reason_name(i) : "other",
                    stats.exits.by_reason[i]);
            separator = ", ";
        }
    fprintf(console->out, "%s; in the guest %.1f ms, in the VMM %.1f ms; %s, %s, KVM by %s\n",
            stats.exits.total ? ")" : "", (double)stats.exits.guest_ns / 1e6,
            (double)stats.exits.vmm_ns / 1e6, config_engines[config->engine].name,
            config_transports[config->transport].name, stats.host);
    return CARRIED_OUT;
}

static int do_quit(struct console *console, char *arguments, struct error *error)
{
    (void)arguments, (void)error;
    console->quit = true;
    return CARRIED_OUT;
}

static carry_out do_help;

static const struct command {
    struct console_help help;
    carry_out *carry_out;
} commands[] = {
    /* clang-format off: prose */
    {{"step [N]", "s si", "obey one instruction, or N, and show the last one"}, do_step},
    {{"trace [N]", "", "the same, and show each of them"}, do_trace},
    {{"over [N]", "next n",
      "run until the next line in the store follows, or the Nth: over a loop"},
     do_over},
    {{"run [N]", "continue c cont go g r", "run until STP, a breakpoint, or N instructions"},
     do_run},
    {{"until WHERE", "u", "run until then, WHERE being what `break` takes"}, do_until},
    {{"back [N]", "rs reverse-step",
      "go back by one instruction, or N; what came later is forgotten"},
     do_back},
    {{"goto N", "", "go, back or forward, to where N instructions of the program have been obeyed"},
     do_goto},
    {{"break [WHERE]", "b br",
      "stop before a line (13), after a store (store 27), when a condition becomes true (A<0, "
      "27=131072); or list the breakpoints"},
     do_break},
    {{"watch LINE", "w", "stop after a store to the line"}, do_watch},
    {{"delete [N]", "del nobreak", "delete breakpoint N, or all"}, do_delete},
    {{"examine [PLACE]", "e ex x print p where",
      "show a line, A, CI, lines such as 20-27, all; or where the machine stands"},
     do_examine},
    {{"deposit PLACE VALUE", "d dep set",
      "change a line, A or CI to a number, an instruction, or 32 bits"},
     do_deposit},
    {{"clear PLACE", "", "change a line, A, CI, the store or all to 0"}, do_clear},
    {{"undo", "", "take back the last change, and what was obeyed since"}, do_undo},
    {{"list [FORMAT]", "l", "print the store, in a format of `babyvisor help formats`"}, do_list},
    {{"load [N]", "reset", "load the first program again, or the Nth that was given at the start"},
     do_load},
    {{"save", "", "write the state to the file of --output"}, do_save},
    {{"picture", "", "draw the store in the file of --picture"}, do_picture},
    {{"exits", "", "show exits of the VM, and time in the guest and in the VMM"}, do_exits},
    {{"help [COMMAND]", "h ?", "list the commands, or explain one"}, do_help},
    {{"quit", "q exit bye", "end; so does the end of the input"}, do_quit},
    /* clang-format on */
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct console_help *console_help(unsigned number)
{
    return number < COMMANDS ? &commands[number].help : NULL;
}

/* Whether a list of words has this one. */
static bool has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);

    for (const char *at = list; *at; at += strspn(at, " ")) {
        const size_t size = strcspn(at, " ");

        if (size == length && strncasecmp(at, word, length) == 0)
            return true;
        at += size;
    }
    return false;
}

/* The command of that name or, with nothing that is called so, the only one that begins so. */
static const struct command *find(const char *word)
{
    const struct command *found = NULL;
    unsigned count = 0;

    for (size_t i = 0; i < COMMANDS; i++) {
        const char *usage = commands[i].help.usage;
        const size_t length = strcspn(usage, " ");

        if (has_word(commands[i].help.other, word) ||
            (strlen(word) == length && strncasecmp(usage, word, length) == 0))
            return &commands[i];
        if (strlen(word) < length && strncasecmp(usage, word, strlen(word)) == 0) {
            found = &commands[i];
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

static int unknown(struct console *console, const char *word)
{
    return refuse_word(console, word, "a command; `help` lists them");
}

static int do_help(struct console *console, char *arguments, struct error *error)
{
    const struct command *command = find(arguments);

    (void)error;
    if (*arguments && !command)
        return unknown(console, arguments);
    if (command) {
        fprintf(console->out, "%s: %s%s%s%s\n", command->help.usage, command->help.text,
                command->help.other[0] ? " (also: " : "", command->help.other,
                command->help.other[0] ? ")" : "");
        return CARRIED_OUT;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(console->out, "%-20s", commands[i].help.usage);
        text_hanging(console->out, 20, commands[i].help.text);
    }
    return CARRIED_OUT;
}

int console_do(struct console *console, char *line, struct error *error)
{
    char *rest = skip(line);
    const struct command *command;
    char *word;
    int result;

    for (size_t length = strlen(rest); length && strchr(" \t", rest[length - 1]); length--)
        rest[length - 1] = '\0';
    if (!*rest || *rest == '#' || *rest == ';')
        return 0;
    word = cut_word(&rest);
    command = find(word);
    result = command ? command->carry_out(console, rest, error) : unknown(console, word);
    if (result == REFUSED)
        console->failed++;
    return result < 0 ? result : 0;
}
