/* Engine `leap`: `dynamic`, and loops of which many turns are obeyed at once.
 *
 * Translated code runs the program. Now and then the engine looks at it: it obeys some instructions
 * by interpretation, and follows the turns of loops (turn.h). Where a turn repeats, as many further
 * ones as keep every CMP going its way are obeyed at once: a leap. So a loop that counts is over at
 * once, however far it counts, and so is the loop around it. A machine that is again exactly as it
 * was has turned in a circle and will for ever: whole periods are then taken off the budget.
 *
 * Looking is much slower than translated code, and for many programs it is of no use. So the longer
 * nothing is found, the rarer the looks become; in the same measure they become longer, which is
 * what finds long turns. What they cost stays a few per cent of what the translated code takes.
 */
#include "guest/engines.h"
#include "guest/leap/turn.h"

#define SMALL 512 /* a budget below this is not worth a look */

/* Instructions from one look to the next: at first, at last, and how that grows. */
#define INTERVAL_FIRST  (1u << 12)
#define INTERVAL_LAST   (1u << 26)
#define INTERVAL_GROWTH 4

/* Instructions that a look obeys without a leap before it ends: this part of the interval and so
 * many at least; after leaps of long turns more, and so many at most. */
#define LOOK_PART  2048
#define LOOK_LEAST 256
#define LOOK_MOST  (1u << 16)

/* Instructions that translated code obeys in the time that a look takes for one. */
#define COST 40

#define LEAP_LEAST 2048       /* instructions that make it worth while to follow a turn */
#define LEAP_MUCH  (1u << 18) /* after leaps over so many the next look comes soon */
#define LEAP_TURNS 64         /* fewer do not pay for following one */

#define STRIDE_LOG2 5 /* of most jumps to a line that make a turn */

/* A state, and when it was by the clock. */
struct point {
    struct turn_words words;
    uint32_t ci;
    uint64_t at;
};

_Static_assert(offsetof(struct baby, a) == 4 * TURN_A, "struct turn_words begins struct baby");

/* A line that is jumped to. */
struct head {
    uint32_t look;     /* in which it was first jumped to; in another, all that follows is void */
    uint32_t failures; /* turns that were followed in vain since the last leap */
    uint32_t visits;   /* jumps to it since the last: */
    struct point last; /* of no use if at is 0 */
    uint64_t barred;   /* no turn that begins here is followed until then */
};

static struct {
    /* A run goes over all calls that go on from each other; the clock is now.at. */
    struct point now, end;  /* where it is; where the last call has left it */
    uint64_t period;        /* the state returns after so many instructions; 0: not known to */
    uint64_t due, interval; /* of looks */

    /* A state to compare with after jumps, renewed ever more rarely, after so many of them (Brent,
     * "An improved Monte Carlo factorization algorithm", BIT 20, 1980). */
    struct point mark;
    uint64_t compared, renewal;

    uint32_t look;          /* its number */
    uint64_t left;          /* of the budget */
    uint64_t quiet, most;   /* instructions obeyed since the last leap, before the look ends */
    uint64_t obeyed, leapt; /* one by one; not */

    struct head *head; /* where the turn begins that is followed; NULL if none is */
    uint64_t began;    /* when it did */
    uint64_t guess;    /* how long it will be */
    uint64_t needed;   /* how many of its like must follow for a leap to be worth it */
    uint32_t visits;   /* jumps to its head still to come, the one that ends it included */
    struct turn turn;

    struct head heads[ABI_LINES]; /* last, so that a short job touches one page less */
} state;

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static bool same(const struct point *a, const struct point *b)
{
    int i = TURN_A;

    while (i >= 0 && a->words.of[i] == b->words.of[i])
        i--;
    return i < 0 && a->ci == b->ci;
}

/* Takes off instructions that need not be obeyed one by one. */
static void skip(uint64_t instructions)
{
    state.left -= instructions;
    state.now.at += instructions;
    state.leapt += instructions;
    engines_counters.leapt += instructions;
}

static void turn_in_circles(uint64_t period)
{
    state.period = period;
    engines_counters.cycles++;
    skip(state.left - state.left % period);
}

/* A turn was followed in vain. The first time that may be due to what was before the loop; later
 * the next attempt waits for ever more turns. */
static void fail(struct head *head)
{
    if (!head->failures++)
        return;
    head->barred = state.now.at + (state.guess << least(head->failures, 16));
    head->last.at = 0;
}

/* The turn has ended, and further ones do the same. */
static void leap(struct head *head)
{
    const uint64_t length = state.now.at - state.began;
    const uint64_t turns = least(state.turn.path.more, state.left / length);
    const uint64_t period = length * turn_add(&state.turn, &state.now.words, turns);

    if (turns) {
        engines_counters.leaps++;
        skip(turns * length);
        head->last.at = 0;
        state.quiet = 0;
    }
    if (turns < LEAP_TURNS) {
        fail(head);
    } else {
        head->failures = 0;
        if (state.most < 4 * length)
            state.most = least(4 * length, LOOK_MOST);
    }
    if (state.turn.path.more == TURN_FOR_EVER && !state.period)
        turn_in_circles(period);
}

/* The turn that is followed has come to a jump to this line. What a head holds that was passed on
 * the way is too old to be of use once the turn has ended. */
static void follow(struct head *line)
{
    const struct turn_path *path = &state.turn.path;
    struct head *head = state.head;
    const bool bends =
        path->bends || path->more < state.needed || state.now.at - state.began > 2 * state.guess;

    if (line != head)
        line->last.at = 0;
    if (!bends && (line != head || --state.visits))
        return;
    state.head = NULL;
    if (!bends && turn_repeats(&state.turn, &state.now.words))
        leap(head);
    else
        fail(head);
}

/* How many jumps to the head make a turn. Where a loop does different things in turn, as those that
 * exchange instructions, it takes several until it does the same again. */
static uint32_t stride(const struct head *head)
{
    return 1u << least(head->failures / 2, STRIDE_LOG2);
}

/* After a jump: compares the state with the mark, ends a turn, begins one. */
static void arrive(void)
{
    struct head *head = &state.heads[state.now.ci];

    if (head->look != state.look) {
        head->look = state.look;
        head->last.at = head->barred = head->failures = 0;
    }
    if (!state.period && same(&state.now, &state.mark))
        turn_in_circles(state.now.at - state.mark.at);
    if (++state.compared >= state.renewal) {
        state.mark = state.now;
        state.compared = 0;
        state.renewal *= 2;
    }
    if (state.head)
        follow(head);
    if (state.head || state.now.at < head->barred)
        return;
    if (head->last.at && ++head->visits < stride(head))
        return;
    state.guess = state.now.at - head->last.at;
    if (head->last.at && state.guess < state.most / 2) {
        turn_begin(&state.turn, &head->last.words, &state.now.words);
        state.head = head;
        state.began = state.now.at;
        state.needed = LEAP_LEAST / state.guess + 1;
        state.visits = stride(head);
    }
    head->last = state.now;
    head->visits = 0;
}

enum way { WAY_ON, WAY_JUMP, WAY_STOP };

/* Obeys at most so many instructions, up to the next jump or STP, and follows them if asked to. */
static inline __attribute__((always_inline)) enum way obey(uint64_t most, bool follows)
{
    uint32_t *words = state.now.words.of;
    uint32_t *difference = state.turn.difference.of;
    struct turn_path path = state.turn.path;
    uint32_t a = words[TURN_A], ci = state.now.ci;
    uint64_t obeyed = 0;
    enum way way = WAY_ON;

#define FOLLOW(what, ...) (follows ? turn_##what(&path, difference, __VA_ARGS__) : (void)0)
    while (way == WAY_ON && obeyed < most) {
        uint32_t word, line;

        obeyed++;
        ci = (ci + 1) % ABI_LINES;
        word = words[ci];
        line = word_line(word);
        FOLLOW(take, ci, TURN_INSTRUCTION);
        switch (word_function(word)) {
        case WORD_JMP:
        case WORD_JRP:
            FOLLOW(take, line, TURN_LINE);
            ci = words[line] + (word_function(word) == WORD_JRP ? ci : 0);
            way = WAY_JUMP;
            break;
        case WORD_LDN:
            FOLLOW(ldn, line);
            a = 0u - words[line];
            break;
        case WORD_STO:
            FOLLOW(sto, line);
            words[line] = a;
            break;
        case WORD_SUB:
        case WORD_SUB5:
            FOLLOW(sub, line);
            a -= words[line];
            break;
        case WORD_CMP:
            FOLLOW(cmp, a);
            if (a >> 31) {
                ci++;
                __asm__ volatile("# a branch, which is predicted; see threaded.c");
            }
            break;
        case WORD_STP:
            way = WAY_STOP;
        }
    }
#undef FOLLOW
    state.turn.path = path;
    words[TURN_A] = a;
    state.now.ci = ci % ABI_LINES;
    state.now.at += obeyed;
    state.left -= obeyed;
    state.quiet += obeyed;
    state.obeyed += obeyed;
    return way;
}

static void enter(const struct baby *m)
{
    __builtin_memcpy(&state.now.words, m, sizeof(state.now.words));
    state.now.ci = m->ci % ABI_LINES;
}

/* Looks at m, and decides when the next look will be. */
static enum stop look(struct baby *m)
{
    enum way way = WAY_ON;

    enter(m);
    state.look++;
    state.quiet = state.obeyed = state.leapt = 0;
    state.most = state.interval / LOOK_PART;
    if (state.most < LOOK_LEAST)
        state.most = LOOK_LEAST;
    state.head = NULL;
    if (state.period)
        skip(state.left - state.left % state.period);
    while (way != WAY_STOP && state.left && state.quiet < state.most) {
        const uint64_t most = least(state.left, state.most - state.quiet);

        way = state.head ? obey(most, true) : obey(most, false);
        if (way == WAY_JUMP)
            arrive();
    }
    __builtin_memcpy(m, &state.now.words, sizeof(state.now.words));
    m->ci = state.now.ci;
    if (state.leapt >= LEAP_MUCH)
        state.interval = INTERVAL_FIRST;
    else if (state.leapt < COST * state.obeyed)
        state.interval = least(INTERVAL_GROWTH * state.interval, INTERVAL_LAST);
    state.due = state.now.at + state.interval;
    return way == WAY_STOP ? STOP_STP : STOP_LIMIT;
}

/* Runs m by translated code until the next look. */
static enum stop run(struct baby *m)
{
    const enum stop stop = dynamic_run(m, least(state.due - state.now.at, state.left));

    state.left -= m->executed;
    state.now.at += m->executed;
    return stop;
}

/* Begins with another program, or with the same one that has been changed. */
static void begin(void)
{
    state.now.at = state.due = 1;
    state.interval = INTERVAL_FIRST;
    state.period = 0;
    state.mark.ci = ABI_LINES;
    state.compared = 0;
    state.renewal = 1;
}

enum stop leap_run(struct baby *m, uint64_t budget)
{
    enum stop stop = STOP_LIMIT;

    if (budget < SMALL)
        return threaded_run(m, budget);
    enter(m);
    if (!state.now.at || !same(&state.now, &state.end) || budget > UINT64_MAX - state.now.at)
        begin();
    if (state.period)
        state.due = state.now.at;
    state.left = budget;
    while (stop == STOP_LIMIT && state.left)
        stop = state.due <= state.now.at ? look(m) : run(m);
    m->executed = budget - state.left;
    enter(m);
    state.end = state.now;
    if (stop == STOP_STP)
        state.end.ci = ABI_LINES; /* what goes on from an STP is another run */
    else
        engines_counters.period = state.period;
    return stop;
}
