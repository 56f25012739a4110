/* Popek and Goldberg's theorems for people: the sensitive instructions of this CPU, and what
 * follows for a VMM. */
#include "report/theorems.h"

#include <string.h>

#include "atlas/sensitive.h"
#include "observe/fault.h"
#include "report/atlas_text.h"
#include "report/text.h"
#include "vmm/kvm.h"

#define NAMES 2048 /* bytes for the names of a list */

const char *theorems_class(const struct atlas_row *row)
{
    static const char *const names[] = {
        [0] = "innocuous",
        [ATLAS_CONTROL] = "control",
        [ATLAS_BEHAVIOUR] = "behaviour",
        [ATLAS_CONTROL | ATLAS_BEHAVIOUR] = "both",
    };

    return names[row->class & (ATLAS_CONTROL | ATLAS_BEHAVIOUR)];
}

static const char *cell(const struct atlas_result *result, char *out, size_t size)
{
    static const char *const answers[] = {
        [ATLAS_NO_ANSWER] = "", [ATLAS_RIGHT] = ", right", [ATLAS_WRONG] = ", WRONG"};
    char fault[FAULT_MNEMONIC];

    out[0] = '\0';
    if (!result)
        return out;
    switch (sensitive_way(result)) {
    case SENSITIVE_TRAPS:
        snprintf(out, size, "traps: %s", fault_mnemonic(result->vector, fault));
        break;
    case SENSITIVE_EXITS:
        if (result->happened == ATLAS_EXIT)
            return atlas_text_happened(result, out, size);
        snprintf(out, size, "%s%s", result->happened == ATLAS_EMULATED ? "emulated" : "kernel exit",
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

static void print_line(FILE *out, const char *name, const char *class, const char *ring3,
                       const char *ring0, const char *umip)
{
    char line[256];
    size_t length = (size_t)snprintf(line, sizeof(line), "%-13s %-9s  %-20s %-20s %s", name, class,
                                     ring3, ring0, umip);

    while (length > 0 && line[length - 1] == ' ')
        line[--length] = '\0';
    fprintf(out, "%s\n", line);
}

static void print_table(FILE *out, const struct atlas_result *results, size_t count)
{
    const struct atlas_row *row;

    fprintf(out, "\nPopek and Goldberg\n");
    print_line(out, "instruction", "sensitive", "in ring 3", "in ring 0", "ring 3, UMIP");
    for (size_t n = 0; (row = atlas_at(n)); n++) {
        const struct atlas_result *in_ring0 = sensitive_find(results, count, row, 0);
        const struct atlas_result *in_ring3 = sensitive_find(results, count, row, 3);
        char ring0[64], ring3[64], umip[64];

        if (!sensitive_counts(row) || (!in_ring0 && !in_ring3))
            continue;
        print_line(out, row->name, theorems_class(row), cell(in_ring3, ring3, sizeof(ring3)),
                   cell(in_ring0, ring0, sizeof(ring0)),
                   cell(sensitive_find_umip(results, count, row), umip, sizeof(umip)));
    }
}

static bool has(const struct sensitive_list *list, const struct atlas_row *row)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->rows[i] == row)
            return true;
    return false;
}

/* clang-format off */
static const char *closing(enum kvm_kind kind)
{
    switch (kind) {
    case KVM_KIND_VT_X:
        return
            "VT-x closes the gap with a second mode: the guest's ring 0 is a ring 0 of its own (VMX "
            "non-root operation), with its own descriptor tables, control registers and flags in the "
            "VMCS. What is sensitive acts upon these, and what must not is made to exit by the VMCS's "
            "controls.";
    case KVM_KIND_AMD_V:
        return
            "AMD-V closes the gap with a second mode: the guest's ring 0 is a ring 0 of its own (guest "
            "mode), with its own descriptor tables, control registers and flags in the VMCB. What is "
            "sensitive acts upon these, and what must not is intercepted by bits of the VMCB.";
    case KVM_KIND_PVM:
        return
            "PVM has no second mode. For code in ring 0, such as this guest's, it is a hybrid VMM: it "
            "interprets every instruction. In ring 3, where guest code runs on the bare CPU, the gap "
            "stays open: there these instructions act upon the host's state. Kernels made for PVM run "
            "in ring 3 and know that.";
    default:
        return "How this kind of KVM closes the gap is not known to this program.";
    }
}
/* clang-format on */

/* Writes the names of a list, but for those of another unless that is NULL, into out. */
static void list_names(const struct sensitive_list *list, const struct sensitive_list *without,
                       char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < list->count && used < size; i++)
        if (!without || !has(without, list->rows[i]))
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
                                     list->rows[i]->name);
}

static void print_names(FILE *out, const struct sensitive_list *list)
{
    char names[NAMES];

    list_names(list, NULL, names, sizeof(names));
    text_wrapped(out, 2, names);
}

static void print_theorem1(FILE *out, const struct sensitive_verdict *verdict)
{
    const struct sensitive_theorem *theorem = &verdict->theorem1;
    const size_t seen = theorem->all.count - theorem->missing.count;
    char some[64] = "", text[256];

    if (theorem->missing.count)
        snprintf(some, sizeof(some), ", of which %zu %s seen,", seen, seen == 1 ? "was" : "were");
    snprintf(text, sizeof(text),
             "Of %zu sensitive instructions in ring 3%s %zu trap or exit and %zu run unnoticed%s",
             theorem->all.count, some[0] ? some : ",", seen - theorem->against.count,
             theorem->against.count, theorem->against.count ? ":" : ".");
    fputc('\n', out);
    text_wrapped(out, 0, text);
    if (theorem->against.count)
        print_names(out, &theorem->against);
    if (verdict->wrong.count) {
        fprintf(out, "%zu of these %s a wrong answer, or %s the wrong thing:\n",
                verdict->wrong.count, verdict->wrong.count == 1 ? "gives" : "give",
                verdict->wrong.count == 1 ? "does" : "do");
        print_names(out, &verdict->wrong);
    }
    switch (theorem->holds) {
    case SENSITIVE_NO:
        text_wrapped(
            out, 0,
            "The sensitive instructions are not a subset of the trapping ones, so that a VMM "
            "by trap and emulation alone is not possible on this CPU (theorem 1).");
        break;
    case SENSITIVE_YES:
        text_wrapped(
            out, 0,
            "The sensitive instructions are a subset of the trapping ones, so that a VMM by "
            "trap and emulation alone is possible on this CPU (theorem 1).");
        break;
    default:
        fputs("Theorem 1 stays undecided, for a yes needs all of them. Not known are\n", out);
        print_names(out, &theorem->missing);
    }
}

static void print_theorem3(FILE *out, const struct sensitive_verdict *verdict)
{
    const struct sensitive_theorem *theorem = &verdict->theorem3;
    const char *about = "For a hybrid VMM, which interprets the guest's ring 0 and runs its ring 3 "
                        "directly, only those matter that are sensitive in user mode as well.";
    char except[NAMES], text[NAMES + 512];

    list_names(&verdict->theorem1.against, &theorem->against, except, sizeof(except));
    if (theorem->holds == SENSITIVE_NO)
        snprintf(text, sizeof(text),
                 "%s %zu of those that run unnoticed are%s%s, so that it is not possible either "
                 "(theorem 3).",
                 about, theorem->against.count, except[0] ? ", not " : "", except);
    else if (theorem->holds == SENSITIVE_YES)
        snprintf(text, sizeof(text), "%s All %zu trap or exit, so that it is possible (theorem 3).",
                 about, theorem->all.count);
    else
        snprintf(text, sizeof(text), "%s %zu are not known: theorem 3 stays undecided.", about,
                 theorem->missing.count);
    text_wrapped(out, 0, text);
}

void theorems_text(FILE *out, const struct atlas_result *results, size_t count)
{
    struct sensitive_verdict verdict;
    bool wanted = false;

    for (size_t i = 0; i < count; i++)
        wanted = wanted ||
                 (results[i].row->group == ATLAS_SENSITIVE && sensitive_counts(results[i].row));
    if (!wanted)
        return;
    sensitive_judge(&verdict, results, count);
    print_table(out, results, count);
    print_theorem1(out, &verdict);
    print_theorem3(out, &verdict);
    if (verdict.theorem1.holds == SENSITIVE_NO)
        text_wrapped(out, 0, closing(kvm_kind()));
}
