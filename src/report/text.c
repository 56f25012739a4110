/* Output for people: the store as the lecture shows it, and what a run cost. */
#include "report/text.h"

#include <inttypes.h>
#include <string.h>

#include "ssem/listing.h"

const char *text_grouped(uint64_t number, char out[TEXT_GROUPED])
{
    char digits[21];
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t to = 0;

    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = digits[i];
    }
    out[to] = '\0';
    return out;
}

void text_result(FILE *out, const struct machine_result *result, const struct settings *settings)
{
    char number[TEXT_GROUPED];

    listing_write(out, &result->machine);
    fprintf(out, "\n%s instructions, ", text_grouped(result->executed, number));
    if (result->timed_out)
        fprintf(out,
                "still running at the time limit of %g s; this is the last state it reported\n",
                settings->timeout);
    else if (result->stop == STOP_STP)
        fprintf(out, "stopped by STP on line %u\n", (unsigned)result->machine.ci);
    else
        fprintf(out, "stopped by the limit\n");
}

static void print_time(FILE *out, const char *what, uint64_t nanoseconds)
{
    fprintf(out, "  %-22s %12.1f us\n", what, (double)nanoseconds / 1000);
}

static void print_count(FILE *out, const char *what, uint64_t count)
{
    if (count)
        fprintf(out, "  %-22s %10" PRIu64 "\n", what, count);
}

static void print_exits(FILE *out, const struct exits *exits)
{
    fprintf(out, "\nexits to user space\n");
    print_count(out, "all", exits->total);
    for (uint32_t reason = 0; reason <= EXITS_REASONS; reason++) {
        const char *name = exits_reason_name(reason);
        char label[32];

        if (name)
            snprintf(label, sizeof(label), "KVM_EXIT_%s", name);
        else
            snprintf(label, sizeof(label), "KVM_EXIT %u%s", (unsigned)reason,
                     reason == EXITS_REASONS ? " or above" : "");
        print_count(out, label, exits->by_reason[reason]);
    }
    for (enum exits_port port = 0; port < EXITS_PORT_COUNT; port++) {
        char label[32];

        snprintf(label, sizeof(label), "port %s", exits_port_name(port));
        print_count(out, label, exits->by_port[port]);
    }
    print_count(out, "interrupted by signals", exits->interrupted);
}

static void print_kernel(FILE *out, const struct machine_stats *stats)
{
    fprintf(out, "\nkernel's counters (KVM_GET_STATS_FD), those not zero\n");
    if (stats->kernel_count < 0)
        fprintf(out, "  not to be had: %s\n", strerror(-stats->kernel_count));
    for (int i = 0; i < stats->kernel_count; i++)
        fprintf(out, "  %-4s %-32s %10" PRIu64 "\n", stats->kernel[i].source, stats->kernel[i].name,
                stats->kernel[i].value);
}

void text_stats(FILE *out, const struct machine_stats *stats, const struct settings *settings)
{
    if (settings->backend == BACKEND_NATIVE) {
        fprintf(out, "\nbackend native, engine %s: no VM, no exits\n",
                options_engines[settings->engine]);
        return;
    }
    fprintf(out, "\nhost: KVM by %s; engine %s, transport %s\n", stats->host,
            options_engines[settings->engine], options_transports[settings->transport]);
    print_exits(out, &stats->exits);
    fprintf(out, "\ntimes\n");
    print_time(out, "creating the VM", stats->exits.create_ns);
    print_time(out, "booting", stats->exits.boot_ns);
    print_time(out, "in the guest", stats->exits.guest_ns);
    print_time(out, "in the VMM", stats->exits.vmm_ns);
    print_kernel(out, stats);
}
