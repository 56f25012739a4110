/* A turn of a loop, and what any number of further turns would do.
 *
 * A turn is what is obeyed from one jump to a line until the next jump to the same line. Once it is
 * known which instructions those are, a turn is an affine map of the store and A, modulo 2^32: LDN,
 * SUB and STO are nothing but sums. While one turn is obeyed, the same is done with differences:
 * what a word will hold more than a turn before. If what the turn adds to the words that it reads
 * is what was put in, every further turn on the same path adds the same. ARCHITECTURE.md proves it.
 */
#ifndef GUEST_LEAP_TURN_H
#define GUEST_LEAP_TURN_H

#include "guest/word.h"

/* The words of the machine: its lines, then A. */
#define TURN_A     WORD_LINES
#define TURN_WORDS (WORD_LINES + 1)

struct turn_words {
    uint32_t of[TURN_WORDS];
};

/* No CMP sets a limit to the number of turns. */
#define TURN_FOR_EVER UINT64_MAX

/* What of a word makes an instruction, and what makes a line number, are its lowest bits: a
 * difference without them never reaches them, in any number of turns. */
#define TURN_INSTRUCTION ((uint32_t)(WORD_FUNCTIONS << WORD_FUNCTION_SHIFT) - 1)
#define TURN_LINE        (WORD_LINES - 1)

/* What a turn has come to so far; apart from the rest so that it can be kept in registers. */
struct turn_path {
    uint64_t read, written; /* words, a bit for each; read before they were written */
    uint64_t more;          /* turns after this one in which every CMP so far goes the same way */
    uint32_t bends;         /* not zero: the next turn would obey something else */
    uint32_t a;             /* difference of A */
};

struct turn {
    struct turn_words start;      /* the words when it began */
    struct turn_words supposed;   /* what each turn adds to them there, as is supposed */
    struct turn_words difference; /* between a turn and the next, at the instruction due; not A's */
    struct turn_path path;
};

/* Begins a turn at words, which were `before` at an earlier jump to the same line. */
static inline void turn_begin(struct turn *turn, const struct turn_words *before,
                              const struct turn_words *words)
{
    turn->start = *words;
    for (int i = 0; i < TURN_WORDS; i++)
        turn->difference.of[i] = turn->supposed.of[i] = words->of[i] - before->of[i];
    turn->path = (struct turn_path){.more = TURN_FOR_EVER, .a = turn->supposed.of[TURN_A]};
}

static inline void turn_reads(struct turn_path *path, uint32_t word)
{
    path->read |= ((uint64_t)1 << word) & ~path->written;
}

/* Before an instruction is obeyed: it takes these bits of the line as they are, to be obeyed or to
 * jump to. difference is turn->difference.of, here and below. */
static inline void turn_take(struct turn_path *path, const uint32_t *difference, uint32_t line,
                             uint32_t bits)
{
    turn_reads(path, line);
    path->bends |= difference[line] & bits;
}

/* And then: it is LDN, SUB or STO of the line, or CMP when A is a. */
static inline void turn_ldn(struct turn_path *path, const uint32_t *difference, uint32_t line)
{
    turn_reads(path, line);
    path->written |= (uint64_t)1 << TURN_A;
    path->a = 0u - difference[line];
}

static inline void turn_sub(struct turn_path *path, const uint32_t *difference, uint32_t line)
{
    const uint32_t a = path->a;

    turn_reads(path, TURN_A);
    turn_ldn(path, difference, line);
    path->a += a;
}

static inline void turn_sto(struct turn_path *path, uint32_t *difference, uint32_t line)
{
    turn_reads(path, TURN_A);
    path->written |= (uint64_t)1 << line;
    difference[line] = path->a;
}

/* How often step may be added to word until its sign changes. */
static inline uint64_t turn_additions(uint32_t word, uint32_t step)
{
    if (!step)
        return TURN_FOR_EVER;
    return step >> 31 ? (word & INT32_MAX) / (0u - step) : (~word & INT32_MAX) / step;
}

static inline void turn_cmp(struct turn_path *path, const uint32_t *difference, uint32_t a)
{
    const uint64_t more = turn_additions(a, path->a);

    (void)difference;
    turn_reads(path, TURN_A);
    path->more = more < path->more ? more : path->more;
}

/* Whether a turn that has ended with words goes on as was supposed, for turn->path.more turns. */
static inline bool turn_repeats(struct turn *turn, const struct turn_words *words)
{
    turn->difference.of[TURN_A] = turn->path.a;
    for (int i = 0; i < TURN_WORDS; i++)
        if ((turn->path.read >> i & 1) &&
            (words->of[i] - turn->start.of[i] != turn->supposed.of[i] ||
             turn->difference.of[i] != turn->supposed.of[i]))
            return false;
    return !turn->path.bends;
}

/* Adds to words, with which a turn that repeats has ended, what so many more turns add. Returns the
 * number of turns after which the words are the same again, if it repeats for ever. */
static inline uint64_t turn_add(const struct turn *turn, struct turn_words *words, uint64_t turns)
{
    uint64_t differences = (uint64_t)1 << 32;

    for (int i = 0; i < TURN_WORDS; i++)
        if ((turn->path.read | turn->path.written) >> i & 1) {
            words->of[i] += (uint32_t)turns * turn->difference.of[i];
            differences |= turn->difference.of[i];
        }
    return (uint64_t)1 << (32 - __builtin_ctzll(differences));
}

#endif
