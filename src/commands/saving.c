/* Keeps the state of a run in a file: while it runs, and as it ends. */
#include "commands/saving.h"

#include <errno.h>

#include "base/clock.h"
#include "report/progress.h"
#include "ssem/state_json.h"

int saving_open(struct saving *saving, const struct settings *settings, struct error *error)
{
    *saving = (struct saving){.every = (uint64_t)(settings->save_every * 1e9)};
    if (settings->save)
        return output_open(&saving->output, settings->save, error);
    if (settings->save_every > 0)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --save-every needs --save=FILE, which names the file");
    return 0;
}

static int keep(struct saving *saving, const struct baby *m, const char *stop, struct error *error)
{
    state_json_save(saving->output.stream, m, stop);
    return output_publish(&saving->output, error);
}

static void keep_meanwhile(struct saving *saving, const struct baby *m)
{
    static struct error error;

    if (keep(saving, m, NULL, &error) == 0 || saving->has_warned)
        return;
    saving->has_warned = true;
    progress_end();
    fprintf(stderr, "babyvisor: warning: %s; the run goes on\n", error.text);
}

void saving_meanwhile(struct saving *saving, const struct run *run)
{
    if (!saving->output.stream || saving->every == 0 || clock_now() - saving->last < saving->every)
        return;
    keep_meanwhile(saving, &run->state);
    saving->last = clock_now();
}

int saving_run(struct saving *saving, struct run *run, struct error *error)
{
    int result = 1;

    saving->last = clock_now();
    while (result > 0 && !run_is_endless(run)) {
        result = run_advance(run, UINT64_MAX, error);
        if (result > 0 && run->look)
            run->look(run->context, run);
        if (result > 0)
            saving_meanwhile(saving, run);
    }
    return result > 0 || result == -ETIME ? 0 : result;
}

int saving_keep(struct saving *saving, const struct run *run, struct error *error)
{
    if (!saving->output.stream)
        return 0;
    return keep(saving, &run->state, run_stop_name(run), error);
}

void saving_rescue(struct saving *saving, const struct run *run, struct error *error)
{
    static struct error second;

    if (saving_keep(saving, run, &second) == 0)
        return;
    state_json_save(stderr, &run->state, run_stop_name(run));
    error_add(error, "; it could not be kept, and is the line above: %s", second.text);
}

void saving_close(struct saving *saving)
{
    if (saving->output.stream)
        output_abandon(&saving->output);
}
