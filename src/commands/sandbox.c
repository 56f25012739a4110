/* `sandbox`: attempts what each layer of the sandbox forbids, and shows what stopped it. */
#include "commands/commands.h"
#include "report/attempts.h"
#include "report/progress.h"
#include "sandbox/attempts.h"

static void look(const char *act, size_t done, size_t all)
{
    const struct progress progress = {
        .what = act, .unit = "attempts", .done = (double)done, .all = (double)all};

    progress_show(&progress);
}

static int sandbox(const struct settings *settings, FILE *out, struct error *error)
{
    struct attempt_result list[ATTEMPTS_MAX];
    size_t count;
    int result = 0;

    progress_begin(NULL);
    count = attempts_all(list, look);
    progress_end();
    if (settings->json)
        result = attempts_json(out, list, count, error);
    else
        attempts_text(out, list, count);
    if (result < 0)
        return result;
    return attempts_hold(list, count) ? 0 : STATUS_SYSTEM;
}

static const struct accepted accepts[] = {{.id = OPTION_JSON}, {.id = OPTION_END}};

const struct command command_sandbox = {
    .name = "sandbox",
    .operands = "",
    .summary = "Attempt what the sandbox forbids, and show what stopped it",
    .text = "Makes each attempt in two child processes, one without the layer that must stop "
            "it and one with that layer alone, and shows what came of both. The exit status is "
            "0, or 71 if a layer that this host has does not hold.\n",
    .max_operands = 0,
    .accepts = accepts,
    .run = sandbox,
};
