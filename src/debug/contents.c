/* The debugger's commands that show and change what the machine holds. */
#include "debug/contents.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "ssem/listing.h"

_Static_assert(PLACE_A == (int)LISTING_A && PLACE_CI == (int)LISTING_CI, "rows are places");

int contents_examine(struct console *console, char *arguments, struct error *error)
{
    const struct baby *m = &console->session->now.state;
    char *dash = strchr(arguments, '-');
    int from, to;

    (void)error;
    if (!*arguments) {
        answer_position(console);
        return CARRIED_OUT;
    }
    if (strcasecmp(arguments, "all") == 0) {
        listing_write(console->out, m);
        return CARRIED_OUT;
    }
    from = place_find(arguments, dash ? (size_t)(dash - arguments) : strlen(arguments));
    to = dash ? place_find(dash + 1, strlen(dash + 1)) : from;
    if (from < 0 || to < from || (dash && to >= ABI_LINES))
        return answer_refuse_word(console, arguments,
                                  "a line from 0 to 31, A, CI, lines such as 20-27, "
                                  "or all");
    for (int place = from; place <= to; place++)
        listing_write_row(console->out, m, (unsigned)place);
    return CARRIED_OUT;
}

int contents_deposit(struct console *console, char *arguments, struct error *error)
{
    const size_t length = strcspn(arguments, " \t=");
    const int place = place_find(arguments, length);
    char *value = answer_skip(arguments + length);
    struct baby changed = console->session->now.state;
    uint32_t word;

    (void)error;
    if (*value == '=')
        value = answer_skip(value + 1);
    arguments[length] = '\0';
    if (place < 0)
        return answer_refuse_word(console, arguments, "a line from 0 to 31, A or CI");
    if (!place_read_word(value, &word) || (place == PLACE_CI && word >= ABI_LINES))
        return answer_refuse_word(console, value,
                                  place == PLACE_CI
                                      ? "a line from 0 to 31"
                                      : "a number, an instruction such as `LDN 24`, or 32 "
                                        "bits, the least significant first");
    place_set(&changed, (unsigned)place, word);
    session_change(console->session, &changed);
    listing_write_row(console->out, &console->session->now.state, (unsigned)place);
    return CARRIED_OUT;
}

int contents_clear(struct console *console, char *arguments, struct error *error)
{
    struct baby changed = console->session->now.state;
    const int place = place_find(arguments, strlen(arguments));
    const bool all = strcasecmp(arguments, "all") == 0;

    (void)error;
    if (all || strcasecmp(arguments, "store") == 0)
        memset(changed.store, 0, sizeof(changed.store));
    else if (place < 0)
        return answer_refuse_word(console, arguments, "a line from 0 to 31, A, CI, store or all");
    if (place >= 0)
        place_set(&changed, (unsigned)place, 0);
    if (all)
        changed.a = changed.ci = 0;
    session_change(console->session, &changed);
    answer_position(console);
    return CARRIED_OUT;
}

int contents_list(struct console *console, char *arguments, struct error *error)
{
    const struct baby *m = &console->session->now.state;
    const struct format *format = *arguments ? formats_find(arguments) : NULL;

    (void)error;
    if (!*arguments)
        listing_write(console->out, m);
    else if (format && format->write)
        format->write(console->out, m);
    else
        return answer_refuse_word(console, arguments,
                                  "a format that can be written; see `babyvisor help "
                                  "formats`");
    return CARRIED_OUT;
}

int contents_exits(struct console *console, char *arguments, struct error *error)
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
