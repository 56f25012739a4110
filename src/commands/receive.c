/* `receive`: goes on with a run that another process hands over. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/ending.h"
#include "commands/move.h"
#include "commands/saving.h"
#include "measure/cycle.h"
#include "report/json.h"
#include "report/text.h"
#include "sandbox/sandbox.h"
#include "vmm/kvm.h"
#include "vmm/watchdog.h"

struct receiver {
    const char *where;
    struct channel channel;
    struct saving saving;
    struct machine *machine;
    struct baby start;
    uint64_t limit;
    bool is_precopy;
    struct machine_config config; /* of what came, if it is a VM */
};

static int open_receiver(struct receiver *receiver, const struct settings *settings,
                         struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .snapshots = receiver->is_precopy,
        .seconds = settings->config.seconds + SANDBOX_GRACE,
    };
    int result = saving_open(&receiver->saving, settings, error);

    if (result == 0)
        result = machine_open(&receiver->machine, &receiver->config, error);
    machine_disarm(); /* while nobody is here */
    if (result == 0)
        result = channel_listen(&receiver->channel, receiver->where, settings->silence, error);
    if (result < 0)
        return result;
    receiver->channel.is_over = watchdog_over;
    watchdog_catch(SIGINT);
    watchdog_catch(SIGTERM);
    kvm_kind();
    machine_confine(receiver->machine, &sandbox);
    move_confine(&receiver->channel, &sandbox);
    sandbox_add_output(&sandbox, &receiver->saving.output);
    return sandbox_enter(&sandbox, settings->sandbox, stderr, error);
}

/* Boots while the run goes on over there, and says so. */
static int get_ready(struct receiver *receiver, const struct settings *settings,
                     struct error *error)
{
    const struct baby nothing = {.ci = 0};
    struct run run;
    int result;

    if (receiver->is_precopy) {
        channel_say(&receiver->channel, PRECOPY_READY);
        return 0;
    }
    result = machine_arm(receiver->machine, settings->config.seconds, error);
    if (result < 0)
        return result;
    run_begin(&run, receiver->machine, &nothing, 1);
    result = run_advance(&run, 1, error);
    machine_disarm();
    if (result < 0)
        return result;
    channel_say(&receiver->channel, MOVE_READY);
    return 0;
}

static int nothing_came(int code, struct error *error)
{
    return error_set(error, move_lost(), EAGAIN, "no run was handed over: %s", move_text(code));
}

/* Waits for a line as long as it takes. */
static int wait_for(struct receiver *receiver, const char **line)
{
    int result;

    do
        result = channel_answer(&receiver->channel, line);
    while (result == -EAGAIN && !watchdog_interrupted());
    return result;
}

/* Says to the other side that what came is not taken, and why. */
static int refuse(struct receiver *receiver, const struct error *error)
{
    char reason[256];

    snprintf(reason, sizeof(reason), "no: %.200s", error->text);
    channel_say(&receiver->channel, reason);
    return -EINVAL;
}

/* From here on the state is ours to keep: who is not there to hear it will not say go. */
static int say_have(struct receiver *receiver)
{
    channel_say(&receiver->channel, "have");
    return 0;
}

static int take_state(struct receiver *receiver, struct error *error)
{
    const char *line, *at;
    int result = wait_for(receiver, &line);

    if (result > 0 && strcmp(line, "soon") == 0) {
        move_rehearse();
        result = wait_for(receiver, &line);
    }
    if (result < 0)
        return nothing_came(result, error);
    at = channel_after(line, "state ");
    if (!at || !move_number(&at, &receiver->limit))
        result = error_set(error, STATUS_DATA, EINVAL, "what came is no state");
    else
        result = move_read(&receiver->start, at, error);
    if (result < 0)
        return refuse(receiver, error);
    return say_have(receiver);
}

/* Puts the VM that has come into ours. */
static int put_vm(struct receiver *receiver, const struct incoming *incoming, struct error *error)
{
    const struct snapshot *snapshot = &incoming->snapshot;
    unsigned lost;
    int result = machine_put(receiver->machine, snapshot, NULL, &lost, error);

    if (result == 0 && lost)
        result = error_set(error, STATUS_DATA, EINVAL,
                           "the VM uses what KVM here does not give it; the state moves to any, "
                           "without --mode=precopy");
    receiver->start = snapshot->job.state;
    receiver->limit = incoming->limit;
    receiver->config.engine = (enum engine)snapshot->job.engine;
    receiver->config.transport = (enum transport)snapshot->transport;
    return result;
}

static int take_vm(struct receiver *receiver, struct error *error)
{
    static struct incoming incoming;
    const char *line;
    int result = wait_for(receiver, &line);

    if (result < 0)
        return nothing_came(result, error);
    result = precopy_fits(receiver->machine, line, error);
    if (result < 0)
        return refuse(receiver, error);
    incoming.memory = machine_guest(receiver->machine)->vm.memory;
    channel_say(&receiver->channel, "send");
    result = precopy_receive(&receiver->channel, &incoming, error);
    if (result < 0 && error->status != STATUS_DATA)
        return result;
    if (result == 0)
        result = put_vm(receiver, &incoming, error);
    if (result < 0)
        return refuse(receiver, error);
    return say_have(receiver);
}

/* Without it the run may be going on over there, so that it must not here. */
static int hear_go(struct receiver *receiver, const struct settings *settings, struct error *error)
{
    const struct run orphan = {.state = receiver->start, .interrupted = true};
    const char *line;
    char shown[128];
    int result = channel_answer(&receiver->channel, &line);

    if (result > 0 && strcmp(line, "go") == 0)
        return 0;
    error_set(error, STATUS_TEMPORARY, EAGAIN,
              "the state came, and no word to go on with it: if the run does not go on over there, "
              "`babyvisor run %s` does here",
              error_escape(shown, sizeof(shown), settings->save, strlen(settings->save)));
    saving_rescue(&receiver->saving, &orphan, error);
    return -EAGAIN;
}

static void send_end(struct receiver *receiver, const struct run *run)
{
    char head[96];

    snprintf(head, sizeof(head), "end %s %" PRIu64 " %" PRIu64 " %d", run_stop_name(run),
             run->period, run->period ? run->entered : 0, run->is_exact);
    move_send(&receiver->channel, head, &run->state);
}

/* Goes on to the end, which is handed back also where it cannot be kept. */
static int run_on(struct receiver *receiver, const struct settings *settings, struct run *run,
                  bool *is_kept, struct error *error)
{
    int result = machine_arm(receiver->machine, settings->config.seconds, error);

    if (result < 0)
        return result;
    run_resume(run, receiver->machine, &receiver->start, receiver->limit);
    channel_say(&receiver->channel, "running");
    result = saving_run(&receiver->saving, run, error);
    if (result == 0 && run->period)
        result = cycle_find(run, &receiver->start, error);
    if (result < 0)
        return result;
    send_end(receiver, run);
    *is_kept = saving_keep(&receiver->saving, run, error) == 0;
    return 0;
}

static int report(const struct receiver *receiver, const struct settings *settings,
                  const struct run *run, FILE *out, struct error *error)
{
    static struct machine_stats stats;

    if (strcmp(receiver->where, "-") == 0)
        return 0;
    machine_stats(receiver->machine, &stats);
    if (settings->json)
        return json_run(out, "received", run, &stats, &receiver->config, NULL, error);
    text_run(out, run, settings->config.seconds);
    return 0;
}

static int receive(const struct settings *settings, FILE *out, struct error *error)
{
    struct receiver receiver = {
        .where = settings->operand_count ? settings->operands[0] : "-",
        .is_precopy = settings->mode == MODE_PRECOPY,
        .config = settings->config,
    };
    struct run run;
    bool is_kept = false;
    int result;

    if (!settings->save)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "receive: --save=FILE names where the state is kept, also if the other "
                         "side is lost");
    if (out != stdout && strcmp(receiver.where, "-") == 0)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "receive: --save names standard output, which leads to the other side");
    if (receiver.is_precopy &&
        (receiver.config.backend != BACKEND_KVM ||
         settings->given & (UINT64_C(1) << OPTION_ENGINE | UINT64_C(1) << OPTION_TRANSPORT)))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "receive: --mode=precopy takes a VM, which brings its engine and "
                         "transport, and needs KVM");
    receiver.config.snapshot = receiver.is_precopy;
    result = open_receiver(&receiver, settings, error);
    if (result == 0)
        result = get_ready(&receiver, settings, error);
    if (result == 0)
        result = receiver.is_precopy ? take_vm(&receiver, error) : take_state(&receiver, error);
    if (result == 0)
        result = hear_go(&receiver, settings, error);
    if (result == 0)
        result = run_on(&receiver, settings, &run, &is_kept, error);
    if (result == 0)
        result = report(&receiver, settings, &run, out, error);
    if (result == 0)
        result = is_kept
                     ? ending_status(&run, settings->config.seconds, watchdog_interrupted(), error)
                     : (int)error->status;
    channel_close(&receiver.channel);
    saving_close(&receiver.saving);
    machine_close(receiver.machine);
    machine_disarm();
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},
    {.id = OPTION_ENGINE, .initial = "leap"},
    {.id = OPTION_TRANSPORT},
    {.id = OPTION_GUEST},
    {.id = OPTION_TIMEOUT},
    {.id = OPTION_SAVE, .help = "keep the state that the run ends with, or that came in vain"},
    {.id = OPTION_SAVE_EVERY},
    {.id = OPTION_MODE, .help = "what comes"},
    {.id = OPTION_SILENCE},
    {.id = OPTION_JSON},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_receive = {
    .name = "receive",
    .operands = "[unix:PATH]",
    .summary = "Go on with a run that another babyvisor hands over",
    .text =
        "Listens on the Unix socket PATH, or with - or without an operand takes standard input "
        "and output, as `run --move-to='ssh HOST babyvisor receive --save=FILE'` does. Boots, "
        "says that it is ready, takes the state, and goes on with it once the other side has "
        "given it up; its end goes back there. If the word to go on does not come, the state is "
        "kept in FILE and nothing runs: status 75.\n"
        "With --mode=precopy it is a VM that comes, in rounds while it runs over there; it must be "
        "of "
        "this processor, KVM and guest image.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = receive,
};
