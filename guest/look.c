/* A look at a running program: interpretation that sees what loops do. */
#include "guest/look.h"

#include "guest/engines.h"

/* A leap over fewer instructions is not worth following a turn for. */
#define LEAP_LEAST 2048

/* A leap of fewer turns does not pay for following one. After such a leap there is time to follow
 * another turn as long, up to LONGEST / 4. */
#define LEAP_TURNS 64
#define LONGEST    (1u << 16)

/* Most jumps to a line that make a turn, as a power of 2. */
#define STRIDE_LOG2 5

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void look_begin(struct look *look)
{
    look->clock = 0;
    look->period = 0;
    look->mark_ci = ABI_LINES;
    look->mark_compared = 0;
    look->mark_renewal = 1;
}

/* Takes off instructions that need not be obeyed one by one. */
static void skip(struct look *look, uint64_t instructions)
{
    look->left -= instructions;
    look->clock += instructions;
    look->leapt += instructions;
    engines_counters.leapt += instructions;
}

static void found_period(struct look *look, uint64_t period)
{
    look->period = period;
    engines_counters.cycles++;
    skip(look, look->left - look->left % period);
}

static bool is_marked(const struct look *look)
{
    if (look->ci != look->mark_ci)
        return false;
    for (int i = TURN_WORDS - 1; i >= 0; i--)
        if (look->words.of[i] != look->mark.of[i])
            return false;
    return true;
}

/* Compares the machine, which has just jumped, with the mark. */
static void meet_mark(struct look *look)
{
    if (is_marked(look)) {
        found_period(look, look->clock - look->mark_at);
        return;
    }
    if (++look->mark_compared < look->mark_renewal)
        return;
    look->mark = look->words;
    look->mark_ci = look->ci;
    look->mark_at = look->clock;
    look->mark_compared = 0;
    look->mark_renewal *= 2;
}

/* A turn was followed in vain. The first time that may be due to what was before the loop; later
 * the next attempt waits for ever more turns. */
static void fail(struct look *look)
{
    struct look_head *head = &look->heads[look->head];

    if (!head->failures++)
        return;
    head->barred = look->clock + (look->guess << least(head->failures, 16));
    look->known &= ~(1u << look->head);
}

/* The turn has ended, and further ones do the same. */
static void leap(struct look *look)
{
    const uint64_t length = look->clock - look->began;
    const uint64_t turns = least(look->turn.path.more, look->left / length);

    if (turns < LEAP_TURNS) {
        fail(look);
    } else {
        look->heads[look->head].failures = 0;
        look->most = least(look->most > 4 * length ? look->most : 4 * length, LONGEST);
    }
    if (turns) {
        turn_add(&look->turn, &look->words, turns);
        skip(look, turns * length);
        engines_counters.leaps++;
        look->known &= ~(1u << look->head);
        look->quiet = 0;
    }
    if (look->turn.path.more == TURN_FOR_EVER && !look->period)
        found_period(look, length * turn_period(&look->turn));
}

/* The turn that is followed has come to a jump. What the heads passed meanwhile hold is too old to
 * be of use once it has ended. */
static void follow(struct look *look)
{
    const struct turn_path *path = &look->turn.path;
    const bool bends =
        path->bends || path->more < look->needed || look->clock - look->began > 2 * look->guess;

    if (!bends && (look->ci != look->head || --look->visits)) {
        look->passed |= 1u << look->ci;
        return;
    }
    look->following = false;
    look->known &= ~look->passed;
    if (!bends && turn_repeats(&look->turn, &look->words))
        leap(look);
    else
        fail(look);
}

/* How many jumps to the head make a turn. Where a loop does different things in turn, as those that
 * exchange instructions, it takes several until it does the same again. */
static uint32_t stride(const struct look_head *head)
{
    return 1u << least(head->failures / 2, STRIDE_LOG2);
}

/* Follows a turn from this head, if it is not too long for this look. */
static void begin_turn(struct look *look, const struct look_head *head)
{
    look->guess = look->clock - head->at;
    if (look->guess >= look->most / 2)
        return;
    turn_begin(&look->turn, &head->words, &look->words);
    look->following = true;
    look->head = look->ci;
    look->began = look->clock;
    look->needed = LEAP_LEAST / look->guess + 1;
    look->visits = stride(head);
    look->passed = 0;
}

/* After a jump. */
static void arrive(struct look *look)
{
    const uint32_t line = 1u << look->ci;
    struct look_head *head = &look->heads[look->ci];

    if (!look->period)
        meet_mark(look);
    if (look->following)
        follow(look);
    if (look->following)
        return;
    if (!(look->met & line))
        head->barred = head->failures = 0;
    look->met |= line;
    if (look->clock < head->barred)
        return;
    if (look->known & line) {
        if (++head->visits < stride(head))
            return;
        begin_turn(look, head);
    }
    head->words = look->words;
    head->at = look->clock;
    head->visits = 0;
    look->known |= line;
}

enum way { WAY_ON, WAY_JUMP, WAY_STOP };

/* Obeys at most so many instructions, up to the next jump or STP, and follows them if asked to. */
static inline __attribute__((always_inline)) enum way obey(struct look *look, uint64_t most,
                                                           bool follows)
{
    uint32_t *words = look->words.of;
    uint32_t *difference = look->turn.difference.of;
    struct turn_path path = look->turn.path;
    uint32_t a = words[TURN_A];
    uint32_t ci = look->ci;
    uint64_t obeyed = 0;
    enum way way = WAY_ON;

#define FOLLOW(what, ...) (follows ? turn_##what(&path, __VA_ARGS__) : (void)0)
    while (way == WAY_ON && obeyed < most) {
        uint32_t word, line;

        obeyed++;
        ci = (ci + 1) % ABI_LINES;
        word = words[ci];
        line = word_line(word);
        FOLLOW(take, difference, ci, TURN_INSTRUCTION);
        switch (word_function(word)) {
        case WORD_JMP:
            FOLLOW(take, difference, line, TURN_LINE);
            ci = words[line];
            way = WAY_JUMP;
            break;
        case WORD_JRP:
            FOLLOW(take, difference, line, TURN_LINE);
            ci += words[line];
            way = WAY_JUMP;
            break;
        case WORD_LDN:
            FOLLOW(ldn, difference, line);
            a = 0u - words[line];
            break;
        case WORD_STO:
            FOLLOW(sto, difference, line);
            words[line] = a;
            break;
        case WORD_SUB:
        case WORD_SUB5:
            FOLLOW(sub, difference, line);
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
            break;
        }
    }
#undef FOLLOW
    look->turn.path = path;
    words[TURN_A] = a;
    look->ci = ci % ABI_LINES;
    look->left -= obeyed;
    look->clock += obeyed;
    look->quiet += obeyed;
    look->obeyed += obeyed;
    return way;
}

enum stop look_at(struct look *look, struct baby *m, uint64_t *left, uint64_t most)
{
    enum way way = WAY_ON;

    for (int i = 0; i < ABI_LINES; i++)
        look->words.of[i] = m->store[i];
    look->words.of[TURN_A] = m->a;
    look->ci = m->ci % ABI_LINES;
    look->left = *left;
    look->most = most;
    look->quiet = look->obeyed = look->leapt = 0;
    look->met = look->known = 0;
    look->following = false;
    if (look->period)
        skip(look, look->left - look->left % look->period);
    while (way != WAY_STOP && look->left && look->quiet < look->most) {
        const uint64_t now = least(look->left, look->most - look->quiet);

        way = look->following ? obey(look, now, true) : obey(look, now, false);
        if (way == WAY_JUMP)
            arrive(look);
    }
    for (int i = 0; i < ABI_LINES; i++)
        m->store[i] = look->words.of[i];
    m->a = look->words.of[TURN_A];
    m->ci = look->ci;
    *left = look->left;
    return way == WAY_STOP ? STOP_STP : STOP_LIMIT;
}
