/* Popek and Goldberg's question: are this CPU's sensitive instructions among the trapping ones? */
#include "report/sensitive.h"

#include <string.h>

#include "report/atlas_text.h"
#include "vmm/fault.h"
#include "vmm/kvm.h"

#define UMIP "-umip"

static bool has_umip(const struct atlas_row *row)
{
    const size_t length = strlen(row->name);

    return length > strlen(UMIP) && strcmp(row->name + length - strlen(UMIP), UMIP) == 0;
}

enum sensitive_way sensitive_way(const struct atlas_result *result)
{
    switch (result->happened) {
    case ATLAS_FAULT:
        return SENSITIVE_TRAPS;
    case ATLAS_EXIT:
    case ATLAS_KERNEL:
    case ATLAS_EMULATED:
        return SENSITIVE_EXITS;
    case ATLAS_NATIVE:
        return SENSITIVE_RUNS;
    default:
        return SENSITIVE_UNKNOWN;
    }
}

/* The instructions of other groups that are sensitive too. */
static bool is_sensitive(const struct atlas_row *row)
{
    static const char *const others[] = {"in32",  "out32", "out-foreign", "hlt",
                                         "rdmsr", "wrmsr", "cpuid"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (strcmp(row->name, others[i]) == 0)
            return true;
    return row->group == ATLAS_SENSITIVE;
}

bool sensitive_counts(const struct atlas_result *result)
{
    return result->ring == 3 && is_sensitive(result->row) && !has_umip(result->row) &&
           sensitive_way(result) != SENSITIVE_UNKNOWN;
}

static const struct atlas_result *find(const struct atlas_result *results, size_t count,
                                       const char *name, const char *suffix, unsigned ring)
{
    const size_t length = strlen(name);

    for (size_t i = 0; i < count; i++) {
        const char *found = results[i].row->name;

        if (results[i].ring == ring && strncmp(found, name, length) == 0 &&
            strcmp(found + length, suffix) == 0)
            return &results[i];
    }
    return NULL;
}

static const char *cell(const struct atlas_result *result, char *out, size_t size)
{
    static const char *const answers[] = {
        [ATLAS_NO_ANSWER] = "", [ATLAS_RIGHT] = ", right", [ATLAS_WRONG] = ", WRONG"};

    char fault[FAULT_MNEMONIC];

    if (!result)
        return "";
    switch (sensitive_way(result)) {
    case SENSITIVE_TRAPS:
        snprintf(out, size, "traps: %s", fault_mnemonic(result->vector, fault));
        break;
    case SENSITIVE_EXITS:
        if (result->happened == ATLAS_EXIT)
            return atlas_text_happened(result, out, size);
        snprintf(out, size, "%s%s",
                 result->happened == ATLAS_EMULATED ? "emulated" : "exits to the kernel",
                 answers[result->answer]);
        break;
    case SENSITIVE_RUNS:
        snprintf(out, size, "runs%s", answers[result->answer]);
        break;
    default:
        snprintf(out, size, "%s", atlas_happened_name(result->happened));
    }
    return out;
}

static void print_names(FILE *out, const struct atlas_result *results, size_t count, bool wrong)
{
    size_t column = 0;

    for (size_t i = 0; i < count; i++) {
        const struct atlas_result *result = &results[i];
        const char *name = result->row->name;

        if (!sensitive_counts(result) || sensitive_way(result) != SENSITIVE_RUNS ||
            (wrong && result->answer != ATLAS_WRONG))
            continue;
        if (column == 0 || column + strlen(name) + 2 > 76)
            column = (size_t)fprintf(out, "%s  %s", column ? ",\n" : "", name);
        else
            column += (size_t)fprintf(out, ", %s", name);
    }
    fputc('\n', out);
}

static const char *closing(enum kvm_kind kind)
{
    switch (kind) {
    case KVM_KIND_VT_X:
        return "VT-x closes the gap with a second mode: the guest's ring 0 is a ring 0 of its own\n"
               "(VMX non-root operation), with its own descriptor tables, control registers and\n"
               "flags in the VMCS. What is sensitive acts upon these, and what must not is made "
               "to\n"
               "exit by the VMCS's controls.\n";
    case KVM_KIND_AMD_V:
        return "AMD-V closes the gap with a second mode: the guest's ring 0 is a ring 0 of its "
               "own\n"
               "(guest mode), with its own descriptor tables, control registers and flags in the\n"
               "VMCB. What is sensitive acts upon these, and what must not is intercepted by bits\n"
               "of the VMCB.\n";
    case KVM_KIND_PVM:
        return "PVM has no second mode and does not close the gap for ring 3, where guest code "
               "runs\n"
               "on the bare CPU and these instructions tell of the host. It closes it for kernels\n"
               "by having them know (a PVM guest kernel runs in ring 3 and asks instead), and for\n"
               "any other code in ring 0, such as this guest's, by emulating every instruction.\n";
    default:
        return "How this kind of KVM closes the gap is not known to this program.\n";
    }
}

static void print_verdict(FILE *out, const struct atlas_result *results, size_t count)
{
    size_t known = 0, runs = 0, wrong = 0;

    for (size_t i = 0; i < count; i++) {
        if (!sensitive_counts(&results[i]))
            continue;
        known++;
        if (sensitive_way(&results[i]) != SENSITIVE_RUNS)
            continue;
        runs++;
        wrong += results[i].answer == ATLAS_WRONG;
    }
    if (known == 0)
        return;
    fprintf(out,
            "\nOf %zu sensitive instructions in ring 3, %zu trap or exit and %zu run unnoticed",
            known, known - runs, runs);
    if (runs == 0) {
        fprintf(out, ":\nthe sensitive ones are a subset of the trapping ones here.\n");
        return;
    }
    fputs(":\n", out);
    print_names(out, results, count, false);
    if (wrong) {
        fprintf(out, "%zu of these tell or do the wrong thing:\n", wrong);
        print_names(out, results, count, true);
    } else {
        fputs("Those whose answer can be checked told the guest's own state.\n", out);
    }
    fprintf(
        out,
        "The sensitive instructions are not a subset of the trapping ones, so that a VMM by\n"
        "trap and emulation alone is not possible on this CPU (Popek and Goldberg, theorem 1).\n"
        "%s",
        closing(kvm_kind()));
}

void sensitive_text(FILE *out, const struct atlas_result *results, size_t count)
{
    bool wanted = false;

    for (size_t i = 0; i < count; i++)
        wanted = wanted || results[i].row->group == ATLAS_SENSITIVE;
    if (!wanted)
        return;
    fprintf(out, "\n%-20s %-16s %-26s %s\n", "Popek and Goldberg", "ring 3", "ring 0",
            "ring 3 with UMIP");
    for (size_t i = 0; i < count; i++) {
        const struct atlas_row *row = results[i].row;
        char ring0[64], ring3[64], umip[64];

        if (!is_sensitive(row) || has_umip(row) || results[i].ring != 0)
            continue;
        fprintf(out, "%-20s %-16s %-26s %s\n", row->name,
                cell(find(results, count, row->name, "", 3), ring3, sizeof(ring3)),
                cell(&results[i], ring0, sizeof(ring0)),
                cell(find(results, count, row->name, UMIP, 3), umip, sizeof(umip)));
    }
    print_verdict(out, results, count);
}
