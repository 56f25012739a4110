/* A run that moves to another process: the messages, and the side that hands over. */
#include "commands/move.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digits.h"
#include "ssem/formats.h"
#include "ssem/state_json.h"
#include "vmm/transport.h"
#include "vmm/watchdog.h"

#define ROUNDS 10 /* of pre-copy, unless --rounds says otherwise */

/* Instructions that are executed after the receiver has been woken up: some 0.1 ms of translated
 * code, 1 ms of an interpreter's. */
#define SOON (UINT64_C(1) << 19)

static volatile sig_atomic_t is_asked;

static void ask(int signal_number)
{
    (void)signal_number;
    is_asked = 1;
}

/* What goes with --mode=precopy alone. */
static int check_mode(const struct settings *settings, struct error *error)
{
    const bool is_precopy = settings->mode == MODE_PRECOPY;

    if (is_precopy && (!settings->move_to || settings->config.backend != BACKEND_KVM))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --mode=precopy moves a VM: it needs --move-to, and no "
                         "--backend=native");
    if (!is_precopy && (settings->chart || settings->bandwidth || settings->rounds))
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --rounds, --bandwidth and --chart go with --mode=precopy");
    if (settings->rounds >= MOVED_ROUNDS)
        return error_set(error, STATUS_USAGE, EINVAL, "run: --rounds is at most %d",
                         MOVED_ROUNDS - 1);
    return 0;
}

int move_open(struct move *move, const struct settings *settings, struct error *error)
{
    const struct sigaction action = {.sa_handler = ask, .sa_flags = SA_RESTART};
    sigset_t asks;
    int result;

    *move = (struct move){
        .where = settings->move_to,
        .after = settings->move_after,
        .is_precopy = settings->mode == MODE_PRECOPY,
        .precopy.most = settings->rounds ? (unsigned)settings->rounds : ROUNDS,
        .moved = {.bandwidth = settings->bandwidth, .writes = settings->config.writes},
    };
    if (check_mode(settings, error) < 0)
        return -EINVAL;
    if (!settings->move_to)
        return move->after.is_more
                   ? error_set(error, STATUS_USAGE, EINVAL,
                               "run: --move-after needs --move-to, which says where")
                   : 0;
    if (!settings->save)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "run: --move-to needs --save=FILE, which keeps the state if the other "
                         "side is lost");
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&asks);
    sigaddset(&asks, SIGUSR1);
    sigprocmask(SIG_UNBLOCK, &asks, NULL);
    result = channel_connect(&move->channel, settings->move_to, settings->silence, error);
    move->channel.is_over = watchdog_over;
    return result;
}

/* How many instructions are left before --move-after; UINT64_MAX without it. */
static uint64_t left_of(const struct move *move, const struct run *run)
{
    const uint64_t executed = run->state.executed, count = move->after.count;

    return !move->after.is_more ? UINT64_MAX : executed < count ? count - executed : 0;
}

/* Whether the run is to move within so many instructions. */
static bool is_due(const struct move *move, const struct run *run, uint64_t within)
{
    return is_asked || left_of(move, run) <= within;
}

uint64_t move_most(const struct move *move, const struct run *run)
{
    const uint64_t left = left_of(move, run);

    if (!move->channel.is_open)
        return UINT64_MAX;
    if (move->precopy.turn)
        return move->precopy.turn;
    if (move->is_announced)
        return left > 0 && left < SOON ? left : SOON;
    return left == 0 || left == UINT64_MAX ? UINT64_MAX : left > SOON ? left - SOON : left;
}

void move_confine(const struct channel *channel, struct sandbox *sandbox)
{
    if (!channel->is_open)
        return;
    sandbox_add_stream(sandbox, channel->in, SANDBOX_READS);
    sandbox_add_stream(sandbox, channel->out, SANDBOX_WRITES);
}

/* Writes a message and returns its length, or -errno. */
static long write_message(char text[CHANNEL_LINE], const char *head, const struct baby *m)
{
    FILE *out = fmemopen(text, CHANNEL_LINE, "w");
    long length;

    if (!out)
        return -errno;
    fprintf(out, "%s ", head);
    state_json_save(out, m, NULL);
    length = ftell(out);
    return fclose(out) != 0 || length <= 0 ? -EIO : length;
}

int move_send(struct channel *channel, const char *head, const struct baby *m)
{
    char text[CHANNEL_LINE];
    const long length = write_message(text, head, m);

    return length < 0 ? (int)length : channel_send(channel, text, (size_t)length);
}

void move_rehearse(void)
{
    static struct error error;
    const struct baby nothing = {.ci = 0};
    char text[CHANNEL_LINE];
    struct baby m;

    if (write_message(text, "state", &nothing) > 0)
        move_read(&m, text + strlen("state "), &error);
}

int move_read(struct baby *m, const char *text, struct error *error)
{
    const struct source source = {.name = "the state that has come",
                                  .text = text,
                                  .length = strlen(text),
                                  .origin = SOURCE_ORIGIN_DEFAULT};

    if (strncmp(text, STATE_JSON_START, strlen(STATE_JSON_START)) != 0)
        return error_set(error, STATUS_DATA, EINVAL, "%s is none", source.name);
    return formats_read(m, formats_find("state"), &source, NULL, error);
}

/* The move has failed and the run goes on. */
static int stay(struct move *move, const char *why)
{
    char shown[256];

    fprintf(stderr, "babyvisor: warning: not moved: %s; the run goes on here\n",
            error_escape(shown, sizeof(shown), why, strlen(why)));
    channel_close(&move->channel);
    return 1;
}

/* Whether the receiver has said that it is ready; 1, 0, or -1 after a warning. */
static int hear_ready(struct move *move)
{
    const char *ready = move->is_precopy ? PRECOPY_READY : MOVE_READY;
    const char *line;
    const int result = channel_poll(&move->channel, &line);

    if (result < 0)
        stay(move, channel_text(result));
    else if (result > 0 && strcmp(line, ready) != 0)
        stay(move, move->is_precopy
                       ? "the other side is no receiver of babyvisor/vm/1, `receive --mode=precopy`"
                       : "the other side is no receiver of babyvisor/move/1");
    else if (result > 0)
        move->is_ready = true;
    return move->channel.is_open ? move->is_ready : -1;
}

const char *move_text(int code)
{
    return code == -EINTR && watchdog_interrupted() ? "interrupted" : channel_text(code);
}

enum status move_lost(void)
{
    return watchdog_interrupted() ? (enum status)(STATUS_SIGNAL + watchdog_interrupted())
           : watchdog_expired()   ? STATUS_TIMEOUT
                                  : STATUS_TEMPORARY;
}

static int doubt(struct move *move, enum status status, const char *what, int code,
                 struct error *error)
{
    char shown[128];

    channel_close(&move->channel);
    return error_set(error, status, EAGAIN, "%s: %s: %s",
                     error_escape(shown, sizeof(shown), move->where, strlen(move->where)), what,
                     move_text(code));
}

bool move_number(const char **at, uint64_t *number)
{
    const char *end = digits_read(*at, number);

    if (!end || *end != ' ')
        return false;
    *at = end + 1;
    return true;
}

/* Reads what run_stop_name() says of a run, and a blank. Returns what comes after it, or NULL. */
static const char *read_stop(struct run *end, const char *at)
{
    static const struct run runs[] = {
        {.stop = STOP_STP},
        {.stop = STOP_LIMIT},
        {.stop = STOP_LIMIT, .limit = UINT64_MAX, .period = 1},
        {.stop = STOP_LIMIT, .timed_out = true},
        {.stop = STOP_LIMIT, .interrupted = true},
    };

    for (size_t i = 0; at && i < sizeof(runs) / sizeof(runs[0]); i++) {
        const char *next = channel_after(at, run_stop_name(&runs[i]));

        if (!next || *next != ' ')
            continue;
        end->stop = runs[i].stop;
        end->timed_out = runs[i].timed_out;
        end->interrupted = runs[i].interrupted;
        return next + 1;
    }
    return NULL;
}

/* Reads "end STOP PERIOD ENTERED EXACT {babyvisor/state/1}". */
static int read_end(struct run *end, const char *line, struct error *error)
{
    const char *at = read_stop(end, channel_after(line, "end "));

    if (!at || !move_number(&at, &end->period) || !move_number(&at, &end->entered) ||
        (*at != '0' && *at != '1') || at[1] != ' ')
        return error_set(error, STATUS_DATA, EINVAL, "what came from the other side is no end");
    end->is_exact = *at == '1';
    return move_read(&end->state, at + 2, error);
}

/* Whether the run can have ended so, as far as can be seen from here. */
static int check_end(const struct run *end, const struct run *run, struct error *error)
{
    const uint64_t before = run->state.executed, executed = end->state.executed;
    const struct abi_job job = {.budget = run->limit - before};
    struct abi_result result = {.state = end->state, .stop = end->stop};
    const bool is_cut = end->timed_out || end->interrupted;

    result.state.executed = executed - before;
    if (executed < before || executed > run->limit || end->entered > executed ||
        (end->stop == STOP_LIMIT && !is_cut && executed < run->limit && !run_is_endless(end)) ||
        (end->stop == STOP_STP && transport_check(&result, &job, error) < 0))
        return error_set(error, STATUS_DATA, EINVAL,
                         "the run cannot have ended as the other side says");
    return 0;
}

/* What the receiver says of the end is believed as much as a guest's result. */
static int take_end(struct run *run, const char *line, struct error *error)
{
    struct run end = *run;
    int result = read_end(&end, line, error);

    if (result == 0)
        result = check_end(&end, run, error);
    if (result == 0)
        *run = end;
    return result;
}

/* The receiver runs; waits for its end as long as the time limit lets it. */
static int wait_for_end(struct move *move, struct run *run, struct error *error)
{
    const char *line;
    int result;

    do
        result = channel_answer(&move->channel, &line);
    while (result == -EAGAIN && !watchdog_over());
    if (result < 0)
        return doubt(move, move_lost(),
                     "it was handed over and runs there, and its end is not known", result, error);
    result = take_end(run, line, error);
    channel_close(&move->channel);
    return result;
}

/* Sends the state and waits until the receiver has it; returns 0, or -errno and *why. */
static int send_state(struct channel *channel, const struct run *run, const char **why)
{
    const char *line;
    char head[48];
    int result;

    snprintf(head, sizeof(head), "state %" PRIu64, run->limit);
    result = move_send(channel, head, &run->state);
    if (result == 0)
        result = channel_answer(channel, &line);
    *why = result < 0 ? move_text(result) : line;
    if (result < 0)
        return result;
    return strcmp(line, "have") == 0 ? 0 : -EPROTO;
}

static int hand_over(struct move *move, struct run *run, struct error *error)
{
    const uint64_t began = clock_now();
    struct channel *channel = &move->channel;
    const char *line, *why;
    int result = move->is_precopy
                     ? precopy_stop(&move->precopy, channel, run, &move->moved, began, &why)
                     : send_state(channel, run, &why);

    if (result < 0)
        return stay(move, why);
    result = channel_say(&move->channel, "go");
    if (result < 0)
        return stay(move, move_text(result));
    result = channel_answer(&move->channel, &line);
    if (result < 0 || strcmp(line, "running") != 0)
        return doubt(move, STATUS_TEMPORARY,
                     "handed over, not confirmed: go on from the state that --save has kept only "
                     "if it does not run there",
                     result, error);
    move->moved.is_moved = true;
    move->moved.is_precopy = move->is_precopy;
    move->moved.where = move->where;
    move->moved.at = run->state.executed;
    move->moved.downtime_ns = clock_now() - began;
    move->moved.bytes = channel->sent + channel->received;
    if (!move->is_precopy)
        move->moved.rounds = 1;
    result = wait_for_end(move, run, error);
    run->elapsed_ns += clock_now() - began;
    return result;
}

/* Wakes the receiver up, and whatever else a move takes, while the run goes on. */
static int announce(struct move *move)
{
    const int result = channel_say(&move->channel, "soon");

    if (result < 0)
        return stay(move, move_text(result));
    move->is_announced = true;
    move_rehearse();
    return 1;
}

int move_try(struct move *move, struct run *run, struct error *error)
{
    if (!move->channel.is_open || (!move->is_ready && hear_ready(move) <= 0))
        return 1;
    if (!move->is_precopy && !move->is_announced && is_due(move, run, SOON))
        return announce(move);
    if (!is_due(move, run, 0))
        return 1;
    if (move->is_precopy) {
        const char *why;
        const int result = precopy_round(&move->precopy, &move->channel, run, &move->moved, &why);

        if (result != 0)
            return result < 0 ? stay(move, why) : 1;
    }
    return hand_over(move, run, error);
}

void move_end(const struct move *move)
{
    if (move->channel.is_open && (move->after.is_more || is_asked))
        fputs("babyvisor: warning: not moved: the run has ended first\n", stderr);
}

void move_close(struct move *move)
{
    channel_close(&move->channel);
}
