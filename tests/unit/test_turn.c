/* Turns of loops: what is said of further turns, against obeying them one by one. */
#include <stdio.h>
#include <string.h>

#include "guest/leap/turn.h"
#include "ssem/step.h"
#include "suites.h"
#include "trial/random.h"
#include "trial/random_store.h"

#define PROGRAMS 30000
#define WARM     600  /* instructions before a turn is looked for, at most */
#define LONGEST  400  /* instructions of a turn, at most */
#define OBEYED   4000 /* instructions that further turns are checked for */

static const uint32_t edges[] = {
    0,           1,           2,           3,           0x7fffffffu, 0x80000000u,
    0x80000001u, 0xfffffffeu, 0xffffffffu, 0x40000000u, 0xc0000000u,
};
#define EDGES (sizeof(edges) / sizeof(edges[0]))

static void check_additions(uint32_t word, uint32_t step)
{
    const uint64_t additions = turn_additions(word, step);
    const uint32_t sign = word >> 31;

    if (step == 0) {
        ck_assert_uint_eq(additions, TURN_FOR_EVER);
        return;
    }
    ck_assert_uint_lt(additions, 1ull << 31);
    for (uint64_t i = 0; i <= additions && i < 30; i++)
        if ((word + (uint32_t)i * step) >> 31 != sign)
            ck_abort_msg("%08x + %u * %08x has another sign", word, (unsigned)i, step);
    ck_assert_uint_eq((word + (uint32_t)additions * step) >> 31, sign);
    ck_assert_msg((word + (uint32_t)(additions + 1) * step) >> 31 != sign,
                  "%08x + %llu * %08x: one more is possible", word, (unsigned long long)additions,
                  step);
}

START_TEST(additions_keep_the_sign)
{
    uint64_t random = 1948;

    for (size_t i = 0; i < EDGES; i++)
        for (size_t j = 0; j < EDGES; j++)
            check_additions(edges[i], edges[j]);
    for (int i = 0; i < 200000; i++) {
        const uint32_t step = (uint32_t)random_next(&random) >> random_below(&random, 32);

        check_additions((uint32_t)random_next(&random), i & 1 ? step : 0u - step);
    }
}
END_TEST

static struct turn_words words_of(const struct baby *m)
{
    struct turn_words words;

    memcpy(words.of, m->store, sizeof(m->store));
    words.of[TURN_A] = m->a;
    return words;
}

static void follow(struct turn *turn, const struct baby *m)
{
    const uint32_t line = (m->ci + 1) % ABI_LINES;
    const uint32_t operand = word_line(m->store[line]);
    uint32_t *difference = turn->difference.of;

    turn_take(&turn->path, difference, line, TURN_INSTRUCTION);
    switch (word_function(m->store[line])) {
    case WORD_JMP:
    case WORD_JRP:
        turn_take(&turn->path, difference, operand, TURN_LINE);
        break;
    case WORD_LDN:
        turn_ldn(&turn->path, difference, operand);
        break;
    case WORD_STO:
        turn_sto(&turn->path, difference, operand);
        break;
    case WORD_SUB:
    case WORD_SUB5:
        turn_sub(&turn->path, difference, operand);
        break;
    case WORD_CMP:
        turn_cmp(&turn->path, difference, m->a);
        break;
    case WORD_STP:
        break;
    }
}

/* Obeys until the next jump to head, and follows that if turn is not NULL. Returns the instructions
 * that it took, 0 if it did not come to that. */
static unsigned obey_turn(struct baby *m, uint32_t head, struct turn *turn)
{
    for (unsigned length = 1; length <= LONGEST; length++) {
        const bool jumps = word_jumps(m->store[(m->ci + 1) % ABI_LINES]);

        if (turn)
            follow(turn, m);
        if (!step(m))
            return 0;
        if (jumps && m->ci == head)
            return length;
    }
    return 0;
}

/* What was seen, so that a test of nothing fails. */
static struct {
    unsigned turns, repeating, limited, periodic;
} seen;

static void check_further(const struct turn *turn, const struct baby *end, unsigned length,
                          uint64_t turns)
{
    struct turn_words words = words_of(end);
    struct baby m = *end;

    ck_assert_int_eq(step_run(&m, turns * length), STOP_LIMIT);
    turn_add(turn, &words, turns);
    ck_assert_uint_eq(m.ci, end->ci);
    for (int i = 0; i < ABI_LINES; i++)
        ck_assert_msg(m.store[i] == words.of[i], "line %d after %llu turns: %08x, not %08x", i,
                      (unsigned long long)turns, m.store[i], words.of[i]);
    ck_assert_uint_eq(m.a, words.of[TURN_A]);
}

static void check_period(const struct turn *turn, const struct baby *end, unsigned length)
{
    const struct turn_words start = words_of(end);
    struct turn_words words = start;
    const uint64_t period = turn_add(turn, &words, 0);

    turn_add(turn, &words, period);
    ck_assert_int_eq(memcmp(&words, &start, sizeof(start)), 0);
    for (uint64_t turns = period / 2; turns; turns /= 2) {
        words = start;
        turn_add(turn, &words, turns);
        ck_assert_int_ne(memcmp(&words, &start, sizeof(start)), 0);
    }
    if (period * length <= OBEYED)
        check_further(turn, end, length, period);
}

/* Looks for a turn of the program, and checks what is said of it. */
static void check_program(struct baby *m, uint64_t *random)
{
    struct turn turn;
    struct turn_words before, words;
    uint32_t head;
    unsigned length;

    step_run(m, random_below(random, WARM));
    head = m->ci;
    if (!obey_turn(m, head, NULL))
        return;
    before = words_of(m);
    if (!obey_turn(m, head, NULL))
        return;
    words = words_of(m);
    turn_begin(&turn, &before, &words);
    length = obey_turn(m, head, &turn);
    if (!length)
        return;
    seen.turns++;
    words = words_of(m);
    if (!turn_repeats(&turn, &words))
        return;
    seen.repeating++;
    for (uint64_t turns = 0; turns <= turn.path.more && turns * length <= OBEYED;
         turns = 2 * turns + 1)
        check_further(&turn, m, length, turns);
    if (turn.path.more == TURN_FOR_EVER) {
        seen.periodic++;
        check_period(&turn, m, length);
    } else if (turn.path.more * length <= OBEYED) {
        seen.limited++;
        check_further(&turn, m, length, turn.path.more);
    }
}

START_TEST(further_turns_do_what_is_said)
{
    uint64_t random = 1948;

    memset(&seen, 0, sizeof(seen));
    for (int i = 0; i < PROGRAMS; i++) {
        struct baby m;

        random_store(&m, &random);
        check_program(&m, &random);
    }
    printf("# %u turns, %u repeat, %u of them a limited time, %u for ever\n", seen.turns,
           seen.repeating, seen.limited, seen.periodic);
    ck_assert_uint_gt(seen.turns, PROGRAMS / 10);
    ck_assert_uint_gt(seen.turns - seen.repeating, PROGRAMS / 100);
    ck_assert_uint_gt(seen.limited, PROGRAMS / 1000);
    ck_assert_uint_gt(seen.periodic, PROGRAMS / 100);
}
END_TEST

Suite *suite_turn(void)
{
    Suite *suite = suite_create("turn");
    TCase *tests = tcase_create("turn");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, additions_keep_the_sign);
    tcase_add_test(tests, further_turns_do_what_is_said);
    suite_add_tcase(suite, tests);
    return suite;
}
