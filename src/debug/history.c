/* The past of a session: moments to run again from, and the changes that the user made. */
#include "debug/history.h"

#include <string.h>

#define SPACING_FIRST 1024

void history_begin(struct history *history, const struct moment *moment)
{
    history->count = 1;
    history->spacing = SPACING_FIRST;
    history->moments[0] = *moment;
    history->moments[0].changed = false;
}

/* Every second moment that is no change goes; the first stays. */
static void thin(struct history *history)
{
    size_t kept = 0, passed = 0;

    for (size_t i = 0; i < history->count; i++) {
        const struct moment *moment = &history->moments[i];

        if (i > 0 && !moment->changed && passed++ % 2 == 0)
            continue;
        history->moments[kept++] = *moment;
    }
    if (kept < history->count)
        history->spacing *= 2;
    history->count = kept;
}

static void forget_half(struct history *history)
{
    const size_t half = history->count / 2;

    history->count -= half;
    memmove(history->moments, history->moments + half, history->count * sizeof(struct moment));
    history->moments[0].changed = false;
}

static void add(struct history *history, const struct moment *moment, bool changed)
{
    if (history->count == HISTORY_MOMENTS) {
        thin(history);
        if (history->count > HISTORY_MOMENTS / 4 * 3)
            forget_half(history);
    }
    history->moments[history->count] = *moment;
    history->moments[history->count++].changed = changed;
}

void history_pass(struct history *history, const struct moment *moment)
{
    if (moment->state.executed - history_last(history)->state.executed >= history->spacing)
        add(history, moment, false);
}

void history_change(struct history *history, const struct moment *moment)
{
    add(history, moment, true);
}

const struct moment *history_last(const struct history *history)
{
    return &history->moments[history->count - 1];
}

const struct moment *history_cut(struct history *history, uint64_t executed)
{
    if (history->moments[0].state.executed > executed)
        return NULL;
    while (history_last(history)->state.executed > executed)
        history->count--;
    return history_last(history);
}

const struct moment *history_undo(struct history *history)
{
    size_t at = history->count - 1;

    while (at > 0 && !history->moments[at].changed)
        at--;
    if (at == 0)
        return NULL;
    history->count = at;
    return &history->moments[at];
}
