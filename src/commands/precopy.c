/* A VM that moves by pre-copy: its memory in rounds while it runs, its vCPU when it stands still.
 */
#include "commands/precopy.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/digits.h"
#include "observe/host.h"
#include "vmm/kvm.h"
#include "vmm/watchdog.h"

#define NS (1000 * 1000 * 1000)

#define TURN_FIRST 1000
#define TURN_MOST  (1ull << 34) /* the engine may leap */

#define HEAD sizeof(struct snapshot)

void precopy_greeting(struct machine *machine, char out[CHANNEL_LINE])
{
    char cpu[HOST_CPU];
    struct guest *guest = machine_guest(machine);

    snprintf(out, CHANNEL_LINE, "vm %zu %u %zu %016" PRIx64 " %s\n", HEAD, kvm_kind(),
             guest->image.length, snapshot_digest(guest), host_cpu(cpu));
}

static int greet(struct precopy *precopy, struct channel *channel, const struct run *run)
{
    char line[CHANNEL_LINE];

    precopy->is_greeted = true;
    precopy->moved = clock_now();
    precopy->turn = TURN_FIRST;
    precopy_greeting(run->machine, line);
    return channel_send(channel, line, strlen(line));
}

/* All pages, and none of those that have been written until now. */
static int begin(struct precopy *precopy, const struct channel *channel, const struct run *run,
                 struct error *error)
{
    const int result = dirty_take(&machine_guest(run->machine)->vm, &precopy->left, error);

    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        precopy->left.pages[i / 8] |= (uint8_t)(1u << i % 8);
    precopy->is_welcome = true;
    precopy->round_began = precopy->moved = clock_now();
    precopy->round_bytes = channel->sent;
    return result;
}

/* 1 once the receiver has said that it takes the VM; 0, or -errno. */
static int hear_welcome(struct precopy *precopy, struct channel *channel, const struct run *run,
                        const char **why)
{
    static struct error error;
    const char *line;
    int result = channel_poll(channel, &line);

    *why = channel_text(result);
    if (result > 0 && strcmp(line, "send") != 0) {
        *why = line;
        return -EPROTO;
    }
    if (result <= 0)
        return result;
    *why = error.text;
    result = begin(precopy, channel, run, &error);
    return result < 0 ? result : 1;
}

/* Whether the limit of pages a second lets another one go. */
static bool may_send(const struct precopy *precopy)
{
    return clock_now() >= precopy->due;
}

/* What was not sent in time is made up for as far as a turn goes, and no more. */
static void set_due(struct precopy *precopy, const struct moved *moved)
{
    const uint64_t now = clock_now();

    precopy->moved = now;
    if (precopy->due + 2 * PRECOPY_TURN_NS < now)
        precopy->due = now - 2 * PRECOPY_TURN_NS;
    if (moved->bandwidth)
        precopy->due += NS / moved->bandwidth;
}

/* Sends the next page that is left. In the first round one that is zero is there already. */
static int send_next(struct precopy *precopy, struct channel *channel, const struct run *run,
                     struct moved *moved)
{
    struct moved_round *round = &moved->round[moved->rounds];
    static char text[32 + ABI_PAGE];
    const unsigned number = dirty_next(&precopy->left, precopy->next);
    const uint8_t *page;
    int length;

    precopy->next = number + 1;
    if (number >= SNAPSHOT_PAGES)
        return 0;
    page = machine_guest(run->machine)->vm.memory + number * ABI_PAGE;
    if (moved->rounds == 0 && snapshot_is_zero(page))
        return 0;
    length = snprintf(text, 32, "page %u\n", number);
    memcpy(text + length, page, ABI_PAGE);
    round->pages++;
    set_due(precopy, moved);
    return channel_send(channel, text, (size_t)length + ABI_PAGE);
}

static void end_round(struct precopy *precopy, const struct channel *channel,
                      struct moved_round *round)
{
    const uint64_t now = clock_now();

    round->ns = now - precopy->round_began;
    round->bytes = channel->sent - precopy->round_bytes;
    precopy->round_began = now;
    precopy->round_bytes = channel->sent;
    precopy->next = 0;
}

/* Sends for a turn's time; returns 1 with pages left, 0 if the round has ended, or -errno. */
static int send_some(struct precopy *precopy, struct channel *channel, const struct run *run,
                     struct moved *moved)
{
    const uint64_t until = clock_now() + PRECOPY_TURN_NS;
    int result = 0;

    while (result == 0 && precopy->next < SNAPSHOT_PAGES) {
        if (clock_now() >= until || !may_send(precopy) || !channel_has_room(channel))
            return 1;
        result = send_next(precopy, channel, run, moved);
    }
    return result;
}

/* The turn that the VM had becomes about as long as it should be. */
static void adapt(struct precopy *precopy)
{
    const uint64_t took = clock_now() - precopy->looked;

    if (!precopy->looked)
        return;
    if (took < PRECOPY_TURN_NS / 2 && precopy->turn < TURN_MOST)
        precopy->turn *= 2;
    if (took > PRECOPY_TURN_NS && precopy->turn > TURN_FIRST)
        precopy->turn /= 2;
}

static int copy(struct precopy *precopy, struct channel *channel, const struct run *run,
                struct moved *moved, const char **why)
{
    static struct error error;
    struct moved_round *round = &moved->round[moved->rounds];
    int result = send_some(precopy, channel, run, moved);

    *why = channel_text(result);
    if (result != 0)
        return result;
    end_round(precopy, channel, round);
    result = dirty_take(&machine_guest(run->machine)->vm, &precopy->left, &error);
    *why = error.text;
    round->dirtied = dirty_count(&precopy->left);
    moved->has_converged = round->dirtied <= PRECOPY_FEW;
    moved->rounds++;
    return result < 0 ? result : !moved->has_converged && moved->rounds < precopy->most;
}

int precopy_round(struct precopy *precopy, struct channel *channel, const struct run *run,
                  struct moved *moved, const char **why)
{
    int result = 1;

    adapt(precopy);
    if (!precopy->is_greeted) {
        result = greet(precopy, channel, run);
        *why = channel_text(result);
        result = result < 0 ? result : 1;
    } else if (!precopy->is_welcome) {
        result = hear_welcome(precopy, channel, run, why);
        result = result < 0 ? result : 1;
    } else {
        result = copy(precopy, channel, run, moved, why);
    }
    precopy->looked = clock_now();
    if (result > 0 && (double)(precopy->looked - precopy->moved) > channel->silence * NS) {
        result = -EAGAIN;
        *why = channel_text(result);
    }
    return result;
}

static int send_head(struct channel *channel, const struct run *run, struct error *error)
{
    static struct snapshot snapshot;
    char line[48];
    int result = machine_take(run->machine, &run->state, &snapshot, error);

    if (result < 0)
        return result;
    snapshot.check = snapshot_check(&snapshot, NULL, 0);
    snprintf(line, sizeof(line), "stop %" PRIu64 "\n", run->limit);
    result = channel_send(channel, line, strlen(line));
    if (result == 0)
        result = channel_send(channel, (const char *)&snapshot, HEAD);
    if (result < 0)
        error_set(error, STATUS_TEMPORARY, -result, "%s", channel_text(result));
    return result;
}

int precopy_stop(struct precopy *precopy, struct channel *channel, const struct run *run,
                 struct moved *moved, uint64_t began, const char **why)
{
    static struct error error;
    struct moved_round *last = &moved->round[moved->rounds];
    const char *line;
    int result = 0;

    while (result == 0 && precopy->next < SNAPSHOT_PAGES)
        if (may_send(precopy))
            result = send_next(precopy, channel, run, moved);
        else if (watchdog_expired())
            result = -EINTR;
        else
            poll(NULL, 0, 1);
    *why = channel_text(result);
    if (result < 0)
        return result;
    result = send_head(channel, run, &error);
    *why = error.text;
    if (result < 0)
        return result;
    result = channel_answer(channel, &line);
    *why = result < 0 ? channel_text(result) : line;
    end_round(precopy, channel, last);
    last->ns = clock_now() - began;
    moved->rounds++;
    if (result < 0)
        return result;
    return strcmp(line, "have") == 0 ? 0 : -EPROTO;
}

static int refuse(struct error *error, const char *text)
{
    return error_set(error, STATUS_DATA, EINVAL, "%s", text);
}

static int lost(int code, struct error *error)
{
    error_set(error, STATUS_TEMPORARY, -code, "no VM was handed over: %s", channel_text(code));
    return code;
}

int precopy_fits(struct machine *machine, const char *line, struct error *error)
{
    char cpu[HOST_CPU], there[HOST_CPU], shown[HOST_CPU];
    unsigned size, kind;
    uint64_t length, check;
    int at = 0;

    _Static_assert(HOST_CPU == 64, "the width below");
    if (sscanf(line, "vm %9u %9u %15" SCNu64 " %16" SCNx64 " %63s%n", &size, &kind, &length, &check,
               there, &at) != 5 ||
        line[at])
        return refuse(error, "what came is no VM");
    if (size != HEAD)
        return error_set(error, STATUS_DATA, EINVAL,
                         "the VM comes from another version of this program: its vCPU takes %u "
                         "bytes, not %zu",
                         size, HEAD);
    host_cpu(cpu);
    if (kind != kvm_kind() || strcmp(there, cpu) != 0)
        return error_set(error, STATUS_DATA, EINVAL,
                         "the VM comes from another CPU, %s with %s, and this is %s with %s; the "
                         "state moves to any, without --mode=precopy",
                         error_escape(shown, sizeof(shown), there, strlen(there)),
                         kind <= KVM_KIND_PVM ? kvm_kind_name((enum kvm_kind)kind) : "another KVM",
                         cpu, kvm_kind_name(kvm_kind()));
    return snapshot_is_of(machine_guest(machine), length, check, error);
}

/* Whether the line is that word and a number of at most so much, and nothing else. */
static bool is_number(const char *line, const char *word, uint64_t most, uint64_t *number)
{
    const char *digits = channel_after(line, word);
    const char *end = digits ? digits_read(digits, number) : NULL;

    return end && *end == '\0' && *number <= most;
}

static int take_page(struct channel *channel, struct incoming *incoming, unsigned number,
                     struct error *error)
{
    const int result = channel_read(channel, incoming->memory + number * ABI_PAGE, ABI_PAGE);

    incoming->came.pages[number / 8] |= (uint8_t)(1u << number % 8);
    return result < 0 ? lost(result, error) : 0;
}

/* Each page that is not zero has come, and what has become zero since it came is zero. */
static int check_pages(struct incoming *incoming, struct error *error)
{
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++) {
        const bool has_come = incoming->came.pages[i / 8] >> i % 8 & 1;

        if (snapshot_has_page(&incoming->snapshot, i) && !has_come)
            return error_set(error, STATUS_DATA, EINVAL, "page %u of the VM has not come", i);
        if (has_come && !snapshot_has_page(&incoming->snapshot, i))
            memset(incoming->memory + i * ABI_PAGE, 0, ABI_PAGE);
    }
    return 0;
}

static int take_head(struct channel *channel, struct incoming *incoming, struct error *error)
{
    static char bytes[HEAD];
    int result = channel_read(channel, bytes, HEAD);

    if (result < 0)
        return lost(result, error);
    result = snapshot_read_head(&incoming->snapshot, "the VM that has come", bytes, HEAD, error);
    if (result == 0 && (incoming->snapshot.outstanding || !incoming->snapshot.booted))
        result = refuse(error, "the VM that has come is in the middle of a job");
    return result < 0 ? result : check_pages(incoming, error);
}

int precopy_receive(struct channel *channel, struct incoming *incoming, struct error *error)
{
    const char *line;
    uint64_t number;
    int result = 0;

    incoming->came = (struct dirty){.pages = {0}};
    while (result == 0) {
        result = channel_answer(channel, &line);
        if (result < 0)
            return lost(result, error);
        if (is_number(line, "stop ", UINT64_MAX, &incoming->limit))
            return take_head(channel, incoming, error);
        if (!is_number(line, "page ", SNAPSHOT_PAGES - 1, &number))
            return refuse(error, "what came is no page of a VM");
        result = take_page(channel, incoming, (unsigned)number, error);
    }
    return result;
}
