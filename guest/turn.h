/* A turn of a loop, and what any number of further turns would do.
 *
 * A turn is what is obeyed from one jump to a line until the next jump to the same line. Once it is
 * known which instructions those are, a turn is an affine map of the store and A, modulo 2^32: LDN,
 * SUB and STO are nothing but sums. While one turn is obeyed, the same is done with differences:
 * what a word will hold more than a turn before. If what the turn adds to the words that it reads
 * is what was put in, every further turn on the same path adds the same. ARCHITECTURE.md proves it.
 */
#ifndef GUEST_TURN_H
#define GUEST_TURN_H

#include <stdbool.h>

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
void turn_begin(struct turn *turn, const struct turn_words *before, const struct turn_words *words);

/* How often step may be added to word until its sign changes. */
uint64_t turn_additions(uint32_t word, uint32_t step);

static inline void turn_reads(struct turn_path *path, uint32_t word)
{
    path->read |= ((uint64_t)1 << word) & ~path->written;
}

/* Before an instruction is obeyed: it takes these bits of the line as they are, to be obeyed or to
 * jump to. difference is turn->difference.of. */
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

static inline void turn_cmp(struct turn_path *path, uint32_t a)
{
    const uint64_t more = path->a ? turn_additions(a, path->a) : TURN_FOR_EVER;

    turn_reads(path, TURN_A);
    path->more = more < path->more ? more : path->more;
}

/* Whether a turn that has ended with words goes on as was supposed, for turn->path.more turns. */
bool turn_repeats(const struct turn *turn, const struct turn_words *words);

/* Adds to words, with which the turn has ended, what so many more turns add. */
void turn_add(const struct turn *turn, struct turn_words *words, uint64_t turns);

/* For a turn that repeats for ever: the number of turns, at most 2^32, after which the words with
 * which it has ended are the same again for the first time. */
uint64_t turn_period(const struct turn *turn);

#endif
