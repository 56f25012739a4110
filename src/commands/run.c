/* `run`: boots the guest, runs one program in it and prints the final store. */
#include "measure/cycle.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/output.h"
#include "commands/commands.h"
#include "commands/ending.h"
#include "commands/move.h"
#include "commands/operands.h"
#include "commands/saving.h"
#include "commands/values.h"
#include "debug/steps.h"
#include "report/json.h"
#include "report/progress.h"
#include "report/text.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "ssem/svg.h"
#include "vmm/kvm.h"
#include "vmm/watchdog.h"

#define PROGRAMS_MAX 64
#define STEPS_GRACE  10 /* seconds beyond the time limit of a run that is traced */

/* What a run has open. */
struct session {
    struct program *programs;
    int count;
    struct output picture;
    struct saving saving;
    struct output snapshot;
    struct output chart;
    struct move move;
    struct trace trace;
    struct machine *machine;
};

static bool shows_steps(const struct settings *settings)
{
    return settings->steps || settings->last_steps;
}

static int fetch_programs(struct session *session, const struct settings *settings,
                          struct error *error)
{
    int result = 0;

    session->count = settings->operand_count ? settings->operand_count : 1;
    if (session->count > 1 && (settings->picture || settings->save || settings->snapshot ||
                               settings->move_to || settings->config.tally))
        return error_set(
            error, STATUS_USAGE, EINVAL,
            "run: --picture, --save, --snapshot, --move-to and --stats go with one program");
    if (settings->config.writes &&
        (settings->config.image || settings->config.backend != BACKEND_KVM ||
         settings->config.transport == TRANSPORT_RING))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --writes is of the embedded guest in a VM, where a ring of jobs "
                         "would be: not with --guest, --backend=native, --transport=ring");
    if (settings->snapshot && settings->config.backend != BACKEND_KVM)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --snapshot is of a VM, and --backend=native has none");
    if (shows_steps(settings) &&
        (settings->json || settings->snapshot || settings->save_every > 0 || settings->move_to))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --steps and --last print rows; --json, --snapshot, --save-every and "
                         "--move-to do not go with them");
    session->programs = calloc((size_t)session->count, sizeof(*session->programs));
    if (!session->programs)
        return error_memory(error);
    for (int i = 0; i < session->count && result == 0; i++)
        result = operands_fetch(settings, i, &session->programs[i], error);
    return result;
}

static int open_session(struct session *session, const struct settings *settings,
                        struct error *error)
{
    struct machine_config config = settings->config;
    int result = fetch_programs(session, settings, error);

    /* Within the time limit, as whoever is to read them may keep us waiting; and before there is a
     * machine, which the committers would be forked with. */
    if (result == 0)
        result = machine_limit(&settings->config, error);
    if (result == 0 && settings->picture)
        result = output_open(&session->picture, settings->picture, error);
    if (result == 0)
        result = saving_open(&session->saving, settings, error);
    if (result == 0)
        result = move_open(&session->move, settings, error);
    if (result == 0 && settings->snapshot)
        result = output_open(&session->snapshot, settings->snapshot, error);
    if (result == 0)
        result = trace_begin(&session->trace, settings->trace, error);
    if (result == 0 && settings->chart)
        result = output_open(&session->chart, settings->chart, error);
    config.is_logged = session->move.is_precopy;
    if (result == 0)
        result = machine_open(&session->machine, &config, error);
    if (result < 0)
        return result;
    machine_observe(session->machine, trace_observer(&session->trace, &settings->config));
    return 0;
}

/* A traced run ends between two jobs, so that its last instructions can be run again. */
static void catch_signals(const struct settings *settings)
{
    void (*catch)(int signal_number) =
        shows_steps(settings) ? interrupt_catch_once : watchdog_catch;

    catch (SIGINT);
    if (settings->save)
        catch (SIGTERM);
}

/* Leaves the process what the run still needs, and then parses the programs; the kind of KVM is
 * asked for before. */
static int confine(struct session *session, const struct settings *settings, struct error *error)
{
    struct sandbox sandbox = {
        .timers = session->count > 1 || shows_steps(settings),
        .prints_much = shows_steps(settings),
        .snapshots = settings->snapshot || session->move.is_precopy,
        .seconds = session->count * (settings->last_steps ? 2 : 1) * settings->config.seconds +
                   SANDBOX_GRACE + (shows_steps(settings) ? STEPS_GRACE : 0),
    };
    int result;

    catch_signals(settings);
    if (settings->config.tally || settings->json || settings->snapshot || session->move.is_precopy)
        kvm_kind();
    machine_confine(session->machine, &sandbox);
    sandbox_add_output(&sandbox, &session->picture);
    move_confine(&session->move.channel, &sandbox);
    sandbox_add_output(&sandbox, &session->saving.output);
    sandbox_add_output(&sandbox, &session->snapshot);
    sandbox_add_output(&sandbox, &session->chart);
    sandbox_add_output(&sandbox, &session->trace.output);
    result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = operands_parse_all(settings, session->programs, (size_t)session->count, error);
    if (result < 0)
        return result;
    machine_prepare(session->machine, &session->programs[0].state);
    if (session->count == 1)
        machine_seal(session->machine);
    return 0;
}

/* The run's time limit; 0 for one that has ended on the other side, which has its own. */
static double seconds_of(const struct session *session, const struct settings *settings)
{
    return session->move.moved.is_moved ? 0 : settings->config.seconds;
}

static int report(struct session *session, const struct program *program, const struct run *run,
                  const struct settings *settings, FILE *out, struct error *error)
{
    static struct machine_stats stats;
    int result = 0;

    if (session->picture.stream) {
        svg_write(session->picture.stream, &run->state);
        result = output_commit(&session->picture, error);
    }
    if (result == 0 && session->chart.stream && session->move.moved.is_moved) {
        moved_chart(session->chart.stream, &session->move.moved);
        result = output_commit(&session->chart, error);
    }
    if (result < 0)
        return result;
    if (settings->config.tally || settings->json)
        machine_stats(session->machine, &stats);
    if (settings->json)
        return json_run(out, program->name, run, &stats, &settings->config, &session->move.moved,
                        error);
    if (session->count > 1)
        fprintf(out, "%s%s\n", program == session->programs ? "" : "\n", program->name);
    text_run(out, run, seconds_of(session, settings));
    if (session->move.moved.is_moved)
        moved_text(out, &session->move.moved);
    if (settings->config.tally)
        text_stats(out, &stats, &settings->config);
    return 0;
}

/* Writes the snapshot of the VM as the run has left it, if one is asked for. */
static int write_snapshot(struct session *session, const struct run *run, struct error *error)
{
    static struct snapshot snapshot;
    int result;

    if (!session->snapshot.stream)
        return 0;
    result = machine_take(session->machine, &run->state, &snapshot, error);
    if (result < 0)
        return result;
    machine_write(session->machine, &snapshot, session->snapshot.stream);
    return output_commit(&session->snapshot, error);
}

/* A guest that has failed can be looked at as well; its failure is what is said first. */
static int fail(struct session *session, const struct run *run, int result, struct error *error)
{
    static struct error second;

    if (write_snapshot(session, run, &second) < 0)
        error_add(error, "; and no snapshot of it: %s", second.text);
    return result;
}

/* As run_finish(), and keeps the state meanwhile, or has the run end elsewhere. */
static int advance_to_end(struct session *session, struct run *run, struct error *error)
{
    int result = 1;

    session->saving.last = clock_now();
    while (result > 0 && !run_is_endless(run)) {
        result = run_advance(run, move_most(&session->move, run), error);
        if (result <= 0)
            break;
        run->look(run->context, run);
        saving_meanwhile(&session->saving, run);
        result = move_try(&session->move, run, error);
    }
    if (result >= 0)
        move_end(&session->move);
    return result > 0 || result == -ETIME ? 0 : result;
}

/* What failed: the guest, which can be looked at; or the move, after which the state is kept. */
static int fail_or_keep(struct session *session, const struct run *run, int result,
                        struct error *error)
{
    if (error->status == STATUS_TEMPORARY || session->move.moved.is_moved)
        saving_rescue(&session->saving, run, error);
    return fail(session, run, result, error);
}

/* Runs to the end in sight of who waits at a terminal; takes the snapshot before a cycle is looked
 * for, which moves the VM on. *taken is what came of that. */
static int run_to_end(struct session *session, const struct program *program,
                      const struct settings *settings, struct run *run, int *taken,
                      struct error *error)
{
    struct progress progress;
    int result;

    *taken = 0;
    progress_begin_run(&progress, run, program->name, settings->config.seconds);
    result = advance_to_end(session, run, error);
    if (result < 0)
        return fail_or_keep(session, run, result, error);
    if (!session->move.moved.is_moved)
        *taken = write_snapshot(session, run, error);
    if (run->period && !session->move.moved.is_moved) {
        progress.what = "looking for the first state that returns";
        progress.unit = NULL;
        result = cycle_find(run, &program->state, error);
    }
    progress_end();
    return result;
}

/* The same with a trace of its instructions, first and last. */
static int run_traced(struct session *session, const struct program *program,
                      const struct settings *settings, struct run *run, FILE *out,
                      struct error *error)
{
    const struct steps steps = {settings->steps, settings->last_steps, settings->config.seconds};
    int result = steps_finish(run, &steps, out, error);

    if (result == 0 && run->period)
        result = cycle_find(run, &program->state, error);
    if (result == 0 && settings->last_steps)
        result = machine_arm(session->machine, settings->config.seconds + STEPS_GRACE, error);
    if (result == 0 && settings->last_steps)
        result = steps_print_last(run, &steps, out, error);
    return result;
}

/* Runs one program and says what came of it; returns its status, or -errno with text. A file that
 * cannot be written takes nothing from what is printed. */
static int run_program(struct session *session, const struct program *program,
                       const struct settings *settings, FILE *out, struct error *error)
{
    struct run run;
    int result = 0, taken = 0, kept;

    if (shows_steps(settings))
        result = machine_arm(session->machine, settings->config.seconds + STEPS_GRACE, error);
    if (result < 0)
        return result;
    run_resume(&run, session->machine, &program->state,
               values_total(&settings->run_limit, program->state.executed));
    result = shows_steps(settings) ? run_traced(session, program, settings, &run, out, error)
                                   : run_to_end(session, program, settings, &run, &taken, error);
    if (result < 0)
        return result;
    kept = saving_keep(&session->saving, &run, error);
    result = report(session, program, &run, settings, out, error);
    if (result < 0)
        return result;
    if (taken < 0 || kept < 0)
        return (int)error->status;
    return ending_status(&run, seconds_of(session, settings),
                         shows_steps(settings) ? interrupt_came() : watchdog_interrupted(), error);
}

/* Runs all programs, one after the other; returns the highest status, or -errno with text. */
static int run_programs(struct session *session, const struct settings *settings, FILE *out,
                        struct error *error)
{
    int highest = 0, status = 0, result = 0;

    for (int i = 0; i < session->count && status < STATUS_SIGNAL; i++) {
        if (i > 0) {
            machine_forget(session->machine);
            result = machine_arm(session->machine, settings->config.seconds, error);
        }
        if (result < 0)
            return result;
        status = run_program(session, &session->programs[i], settings, out, error);
        if (status < 0)
            return status;
        if (status > highest)
            highest = status;
        /* The guest is still at that program. */
        if (status == STATUS_TIMEOUT && settings->config.backend == BACKEND_KVM) {
            if (i + 1 < session->count)
                error_add(error, "; the programs after it are not run");
            break;
        }
    }
    return highest;
}

static int run_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct session session; /* what is left to exit has not leaked */
    int status = 0, result;

    session = (struct session){0};
    result =
        options_check_transport(settings, "run", settings->config.backend == BACKEND_NATIVE, error);
    if (result == 0)
        result = open_session(&session, settings, error);
    if (result == 0)
        result = confine(&session, settings, error);
    if (result == 0)
        status = run_programs(&session, settings, out, error);
    /* The kernel takes down a VM with its process in less time than by calls. */
    if (!settings->last) {
        machine_close(session.machine);
        operands_drop(session.programs, (size_t)session.count);
    }
    if (session.picture.stream)
        output_abandon(&session.picture);
    if (session.snapshot.stream)
        output_abandon(&session.snapshot);
    if (session.chart.stream)
        output_abandon(&session.chart);
    saving_close(&session.saving);
    move_close(&session.move);
    result = trace_end(&session.trace,
                       result < 0   ? result
                       : status < 0 ? status
                                    : 0,
                       settings->json ? NULL : out, error);
    if (!session.machine)
        machine_disarm();
    return result < 0 ? result : status;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},   {.id = OPTION_ENGINE, .initial = "leap"},
    {.id = OPTION_TRANSPORT}, {.id = OPTION_GUEST},
    {.id = OPTION_RUN_LIMIT}, {.id = OPTION_TIMEOUT},
    {.id = OPTION_STATS},     {.id = OPTION_TRACE},
    {.id = OPTION_JSON},      {.id = OPTION_PICTURE},
    {.id = OPTION_SAVE},      {.id = OPTION_SAVE_EVERY},
    {.id = OPTION_MOVE_TO},   {.id = OPTION_MOVE_AFTER},
    {.id = OPTION_MODE},      {.id = OPTION_ROUNDS},
    {.id = OPTION_BANDWIDTH}, {.id = OPTION_CHART},
    {.id = OPTION_SILENCE},   {.id = OPTION_WRITES},
    {.id = OPTION_SNAPSHOT},  {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN},    {.id = OPTION_SET},
    {.id = OPTION_STEPS},     {.id = OPTION_LAST},
    {.id = OPTION_SANDBOX},   {.id = OPTION_END},
};

const struct command command_run = {
    .name = "run",
    .operands = "[PROGRAM]...",
    .summary = "Boot the guest, run programs and print their final stores",
    .text = "PROGRAM is a file in any format that `babyvisor help convert` lists, recognised from "
            "its content, or - for standard input. Without it the amended first program of 1948 "
            "runs: it finds the greatest proper divisor of 2^18. Several programs run one after "
            "the other, each with the whole time limit; those after one that reaches it run with "
            "--backend=native only. The status is the highest. An interrupt (Ctrl-C) ends a run "
            "with its last state, and status 130.\n"
            "A PROGRAM that --save or --json has kept goes on where it was, with any engine, "
            "backend and transport; its instructions count on. With --save, SIGTERM also ends a "
            "run with its last state, and status 143.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = run_command,
};
