/* What happened to a row of the atlas, from its last sample and the rates that were counted. */
#include "atlas/happened.h"

#include <stdio.h>
#include <string.h>

#define OFTEN 0.5 /* per operation: what happens more often than this is what happens */

/* Says what happened, from the last sample and the rates. */
static enum atlas_happened classify(const struct atlas_result *result, const struct sample *sample,
                                    bool fresh)
{
    const double operations = result->row->operations ? result->row->operations : 1;

    if (sample->end == SAMPLE_HUNG)
        return ATLAS_HUNG;
    if (sample->end == SAMPLE_FAILED)
        return ATLAS_FAILED;
    if (sample->in_handler)
        return ATLAS_FAULT;
    if (sample->end == SAMPLE_EXIT || result->exits * operations >= OFTEN)
        return ATLAS_EXIT;
    if (result->faults * operations >= OFTEN)
        return ATLAS_FAULT;
    if (fresh)
        return ATLAS_NATIVE;
    if (result->emulated >= OFTEN)
        return ATLAS_EMULATED;
    return result->kernel >= OFTEN ? ATLAS_KERNEL : ATLAS_NATIVE;
}

static void check_answer(struct atlas_result *result, const struct atlas_probe *probe)
{
    const struct atlas_truth *truth = probe->row->truth;
    const enum atlas_happened happened = result->happened;

    if (!truth ||
        (happened != ATLAS_EMULATED && happened != ATLAS_KERNEL && happened != ATLAS_NATIVE))
        return;
    memcpy(&result->answered, (uint8_t *)probe_mailbox(probe)->answer + truth->offset,
           sizeof(result->answered));
    result->answered &= truth->mask;
    result->answer =
        result->answered == (probe->ring ? truth->ring3 : truth->ring0) ? ATLAS_RIGHT : ATLAS_WRONG;
}

static void describe(struct atlas_result *result, const struct atlas_probe *probe,
                     const struct sample *sample, bool fresh)
{
    const struct atlas_mailbox *mailbox = probe_mailbox(probe);

    result->reason = sample->reason;
    result->vector = mailbox->vector;
    result->fault_code = mailbox->error_code;
    if (sample->in_handler) {
        result->vector = probe->vm.run->debug.arch.exception;
        result->fault_code = 0;
    }
    result->stuck = (probe->row->flags & ATLAS_TRAP) &&
                    mailbox->rip != probe_address(probe, probe->row->guest->after);
    snprintf(result->detail, sizeof(result->detail), "%s", sample->detail);
    if (result->happened == ATLAS_HUNG && !sample->interrupted)
        snprintf(result->detail, sizeof(result->detail), "by exits without end");
    if (result->happened == ATLAS_FAILED)
        snprintf(result->detail, sizeof(result->detail), "%s", strerror(sample->code));
    if (result->happened == ATLAS_NATIVE && fresh)
        snprintf(result->detail, sizeof(result->detail), "nothing stopped it");
}

void happened_judge(struct atlas_result *result, const struct atlas_probe *probe,
                    const struct sample *sample, bool fresh)
{
    result->happened = classify(result, sample, fresh);
    describe(result, probe, sample, fresh);
    check_answer(result, probe);
}

const char *atlas_happened_name(enum atlas_happened happened)
{
    static const char *const names[ATLAS_HAPPENED] = {
        [ATLAS_NOT_RUN] = "not-run",   [ATLAS_NOT_OFFERED] = "not-offered",
        [ATLAS_HUNG] = "hung",         [ATLAS_FAILED] = "failed",
        [ATLAS_EXIT] = "exit",         [ATLAS_FAULT] = "fault",
        [ATLAS_EMULATED] = "emulated", [ATLAS_KERNEL] = "kernel",
        [ATLAS_NATIVE] = "native",
    };

    return names[happened];
}
