/* The exit atlas for people: what happened, what it costs, and the story behind it. */
#include "report/atlas_text.h"
#include "observe/host.h"

#include <inttypes.h>
#include <string.h>

#include "atlas/code.h"
#include "observe/fault.h"
#include "report/text.h"
#include "report/theorems.h"
#include "vmm/exits.h"
#include "vmm/kvm.h"
#include "vmm/record.h"

#define HAPPENED_COLUMN 22
#define HAPPENED_WIDTH  27

static const char *const titles[ATLAS_GROUPS] = {
    [ATLAS_PORTS] = "Ports",
    [ATLAS_MMIO] = "Memory-mapped I/O",
    [ATLAS_CPU] = "The processor",
    [ATLAS_TRAPS] = "Faults and traps",
    [ATLAS_MEMORY] = "Memory virtualization (for one page)",
    [ATLAS_MACHINES] = "Virtual machines, from their making to their end",
    [ATLAS_SENSITIVE] = "Sensitive instructions",
};

static void add(char *out, size_t size, const char *text)
{
    const size_t used = strlen(out);

    snprintf(out + used, size - used, "%s", text);
}

static void describe_exit(const struct atlas_result *result, char *out, size_t size)
{
    const char *name = exits_reason_name(result->reason);
    const double operations = result->row->operations ? result->row->operations : 1;
    char times[40];

    if (result->reason == RECORD_INTERRUPTED)
        snprintf(out, size, "exit INTR (EINTR)");
    else if (name)
        snprintf(out, size, "exit %s", name);
    else
        snprintf(out, size, "exit %" PRIu32, result->reason);
    if (operations > 1)
        snprintf(times, sizeof(times), ", once in %.0f", 1 / result->exits);
    else
        snprintf(times, sizeof(times), ", %.0f times", result->exits);
    if (operations > 1 || result->exits >= 1.5)
        add(out, size, times);
}

const char *atlas_text_happened(const struct atlas_result *result, char *out, size_t size)
{
    char fault[FAULT_MNEMONIC];

    switch (result->happened) {
    case ATLAS_NOT_RUN:
        snprintf(out, size, "not run: no time left");
        break;
    case ATLAS_NOT_OFFERED:
        if (result->row->capability && result->capability <= 0)
            snprintf(out, size, "not offered: no %s", result->row->capability);
        else if (result->row->capability && !result->detail[0])
            snprintf(out, size, "not offered: %s is 0x%x", result->row->capability,
                     (unsigned)result->capability);
        else
            snprintf(out, size, "not offered: %s", result->detail);
        break;
    case ATLAS_HUNG:
        snprintf(out, size, "hung, and was stopped");
        break;
    case ATLAS_FAILED:
        snprintf(out, size, "KVM_RUN failed: %s", result->detail);
        break;
    case ATLAS_EXIT:
        describe_exit(result, out, size);
        break;
    case ATLAS_FAULT:
        snprintf(out, size, "fault %s in the guest", fault_mnemonic(result->vector, fault));
        if (result->stuck)
            add(out, size, ", returns to itself");
        break;
    case ATLAS_EMULATED:
        snprintf(out, size, "emulated in the kernel");
        break;
    case ATLAS_KERNEL:
        snprintf(out, size, "handled in the kernel");
        break;
    default:
        snprintf(out, size, "%s",
                 result->detail[0]    ? result->detail
                 : result->kernel < 0 ? "no exit to user space"
                                      : "runs, no exit");
    }
    if (result->answer == ATLAS_WRONG)
        add(out, size, ", wrong answer");
    return out;
}

/* At most 10 characters, up to a million seconds. */
static const char *cycles_text(double cycles, char out[TEXT_GROUPED])
{
    if (cycles < 1e8)
        return text_grouped((uint64_t)(cycles + 0.5), out);
    snprintf(out, TEXT_GROUPED, "%.0f M", cycles / 1e6);
    return out;
}

/* What happened, in as many lines as that needs, with the costs in the first one. */
static void print_row(FILE *out, const struct atlas_result *result)
{
    char happened[240], median[16], p99[16], cycles[TEXT_GROUPED];
    const char *rest = atlas_text_happened(result, happened, sizeof(happened));
    const size_t first = text_fits(rest, HAPPENED_WIDTH);

    fprintf(out, "%-16s %4u ", result->row->name, result->ring);
    if (!result->samples) {
        text_hanging(out, HAPPENED_COLUMN, rest);
        return;
    }
    fprintf(out, "%-*.*s %9s %9s %10s\n", HAPPENED_WIDTH, (int)first, rest,
            text_time(result->median_ns, median), text_time(result->p99_ns, p99),
            cycles_text(result->median_cycles, cycles));
    rest += first;
    rest += strspn(rest, " ");
    if (*rest)
        text_wrapped(out, HAPPENED_COLUMN, rest);
    if (result->row->group == ATLAS_MEMORY && result->kernel >= 0)
        fprintf(out, "%*s%.2f exits, %.2f page faults\n", HAPPENED_COLUMN, "",
                result->kernel + result->exits, result->page_faults);
}

void atlas_text_table(FILE *out, const struct atlas_result *results, size_t count)
{
    enum atlas_group group = ATLAS_GROUPS;
    char emulator[64];

    fprintf(out, "Exits on this host, %s. Costs are of a round trip, net of the loop.\n",
            kvm_kind_name(kvm_kind()));
    if (host_emulator(emulator, sizeof(emulator))[0])
        fprintf(out,
                "This CPU is an emulator's, %s: the times are, too, and say nothing of a CPU.\n",
                emulator);
    for (size_t i = 0; i < count; i++) {
        if (results[i].row->group != group) {
            group = results[i].row->group;
            fprintf(out, "\n%s\n%-16s %4s %-*s %9s %9s %10s\n", titles[group], "name", "ring",
                    HAPPENED_WIDTH, "what happened", "median", "p99", "cycles");
        }
        print_row(out, &results[i]);
    }
}

static const char *rings_text(unsigned rings)
{
    return rings == (ATLAS_RING_0 | ATLAS_RING_3) ? "0 3" : rings == ATLAS_RING_0 ? "0" : "  3";
}

void atlas_text_list(FILE *out, const struct atlas_row *const *rows, size_t count)
{
    enum atlas_group group = ATLAS_GROUPS;

    for (size_t i = 0; i < count; i++) {
        const struct atlas_row *row = rows[i];
        char text[240];

        if (row->group != group) {
            fprintf(out, "%s%s (%s)\n", i ? "\n" : "", titles[row->group],
                    atlas_group_name(row->group));
            group = row->group;
        }
        snprintf(text, sizeof(text), "%s%s%s", row->provokes, row->capability ? "; needs " : "",
                 row->capability ? row->capability : "");
        text_hanging(out,
                     (unsigned)fprintf(out, "  %-16s ring %-3s  %-9s  ", row->name,
                                       rings_text(row->rings), theorems_class(row)),
                     text);
    }
}

static void print_code(FILE *out, const struct atlas_guest *guest)
{
    struct code_line line;

    for (size_t n = 0; code_line(guest, n, &line) == 0; n++) {
        char bytes[3 * CODE_BYTES + 1] = "";

        for (size_t i = 0; i < line.size && i < CODE_BYTES; i++)
            snprintf(bytes + 3 * i, 4, "%02x ", line.bytes[i]);
        if (line.label)
            fprintf(out, "  %s:\n", line.label);
        fprintf(out, "    %08" PRIx64 "  %-30s %s\n", line.address, bytes, line.text);
    }
}

static void print_rate(FILE *out, const char *what, double value)
{
    if (value >= 0)
        fprintf(out, "    %-34s %.3f\n", what, value);
    else
        fprintf(out, "    %-34s unknown: this kernel offers no counters\n", what);
}

static void print_costs(FILE *out, const struct atlas_result *result)
{
    char median[TEXT_TIME], p99[TEXT_TIME], min[TEXT_TIME], mean[TEXT_TIME], max[TEXT_TIME];
    char cycles[TEXT_GROUPED], more[TEXT_GROUPED], iterations[TEXT_GROUPED];

    fprintf(out, "    %-34s median %s (%s cycles)\n    %-34s p99 %s (%s cycles)\n", "cost",
            text_time(result->median_ns, median),
            text_grouped((uint64_t)(result->median_cycles + 0.5), cycles), "",
            text_time(result->p99_ns, p99),
            text_grouped((uint64_t)(result->p99_cycles + 0.5), more));
    fprintf(out, "    %-34s %s to %s, mean %s\n", "", text_time(result->min_ns, min),
            text_time(result->max_ns, max), text_time(result->mean_ns, mean));
    fprintf(out, "    %-34s %zu, of %s iteration%s each\n", "samples", result->samples,
            text_grouped(result->iterations, iterations), result->iterations == 1 ? "" : "s");
}

static void print_result(FILE *out, const struct atlas_result *result)
{
    char happened[240];

    fprintf(out, "\n  Here, in ring %u: %s\n", result->ring,
            atlas_text_happened(result, happened, sizeof(happened)));
    if (result->happened == ATLAS_EXIT && result->detail[0])
        text_hanging(out, (unsigned)fprintf(out, "    %-34s ", "with"), result->detail);
    if (result->happened == ATLAS_FAULT)
        fprintf(out, "    %-34s %" PRIu64 ", error code 0x%" PRIx64 "\n", "vector", result->vector,
                result->fault_code);
    if (result->answer != ATLAS_NO_ANSWER)
        fprintf(out, "    %-34s 0x%" PRIx64 ", which is %s\n", "answer", result->answered,
                result->answer == ATLAS_RIGHT ? "right" : "not what the guest has set");
    if (result->operations && !(result->row->flags & (ATLAS_LIFE | ATLAS_CALL))) {
        print_rate(out, "exits to user space, each", result->exits);
        print_rate(out, "faults in the guest, each", result->faults);
        print_rate(out, "exits that the kernel counts, each", result->kernel);
        print_rate(out, "instructions it emulated, each", result->emulated);
        print_rate(out, "page faults it repaired, each", result->page_faults);
    }
    if (result->samples)
        print_costs(out, result);
}

static const char *class_text(const struct atlas_row *row)
{
    static const char *const names[] = {
        [0] = "innocuous",
        [ATLAS_CONTROL] = "control-sensitive",
        [ATLAS_BEHAVIOUR] = "behaviour-sensitive",
        [ATLAS_CONTROL | ATLAS_BEHAVIOUR] = "control-sensitive and behaviour-sensitive",
    };

    return names[row->class & (ATLAS_CONTROL | ATLAS_BEHAVIOUR)];
}

void atlas_text_explain(FILE *out, const struct atlas_result *results, size_t count)
{
    const struct atlas_row *row = results[0].row;

    fprintf(out, "%s: %s\n\n", row->name, row->provokes);
    text_wrapped(out, 2, row->story);
    fprintf(out, "\n  Class: %s%s.\n", class_text(row),
            row->class & ATLAS_SUPERVISOR ? ", not in user mode" : "");
    if (row->capability)
        fprintf(out, "\n  Needs %s, which answers %d here.\n", row->capability,
                results[0].capability);
    fprintf(out, "\n  The guest:\n");
    print_code(out, row->guest);
    for (size_t i = 0; i < count; i++)
        print_result(out, &results[i]);
    fputc('\n', out);
}
