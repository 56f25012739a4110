/* Invariants: what they must hold of, each flaw, and that what has one never stops; and the lines
 * of certificates. */
#include <stdlib.h>
#include <string.h>

#include "guest/word.h"
#include "pool/certificate.h"
#include "pool/decider.h"
#include "pool/space.h"
#include "ssem/step.h"
#include "suites.h"

#define ROUNDS 20000
#define STEPS  5000

#define W(function, line) ((uint32_t)WORD_##function << WORD_FUNCTION_SHIFT | (line))

static struct error error;

struct sample {
    uint32_t lines[9]; /* from line 1 on; 0 is JMP 0, to line 1 as long as line 0 is zero */
    uint32_t data, bits, valueless;
    enum invariant_flaw flaw;
    unsigned line;
};

static const struct sample samples[] = {
    /* Both ways of the CMP lead back. */
    {{W(SUB, 2), W(CMP, 0)}, 0, 0, 0, INVARIANT_HOLDS, 0},
    {{W(SUB, 2), W(CMP, 0)}, 0, 17, 0, INVARIANT_LARGE, 0},
    {{W(SUB, 1), W(CMP, 0)}, 0, 16, 0, INVARIANT_LARGE, 0},
    {{W(SUB, 2), W(CMP, 0), W(STP, 0)}, 0, 0, 0, INVARIANT_STOPS, 0},
    {{W(SUB, 2), W(CMP, 0), 0, W(STP, 0)}, 0, 0, 0, INVARIANT_STOPS, 0},
    /* The second CMP goes as the first has gone. */
    {{W(SUB, 2), W(CMP, 0), W(CMP, 0), 0, W(STP, 0)}, 0, 0, 0, INVARIANT_HOLDS, 0},
    {{W(SUB, 2), W(CMP, 0), W(SUB, 2), W(CMP, 0), 0, W(STP, 0)}, 0, 0, 0, INVARIANT_STOPS, 0},
    {{W(SUB, 2), W(CMP, 0), W(LDN, 2), W(CMP, 0), 0, W(STP, 0)}, 0, 0, 0, INVARIANT_STOPS, 0},
    /* A changes in between: line 5 is the number 5, so that line 6 follows. */
    {{W(SUB, 2), W(CMP, 0), W(JMP, 5), 0, 5, W(SUB, 2), W(CMP, 0), 0, W(STP, 0)},
     0,
     0,
     0,
     INVARIANT_STOPS,
     0},
    {{W(SUB, 2), W(CMP, 0), W(JMP, 5), 0, 5, W(LDN, 5), W(CMP, 0), 0, W(STP, 0)},
     0,
     0,
     0,
     INVARIANT_STOPS,
     0},
    /* A counter in the store. */
    {{W(SUB, 2), W(STO, 9)}, 0, 0, 0, INVARIANT_STORES, 9},
    {{W(SUB, 2), W(STO, 9)}, 1 << 9, 0, 0, INVARIANT_HOLDS, 0},
    {{W(SUB, 2), W(STO, 9)}, 1 << 8, 0, 0, INVARIANT_STORES, 9},
    {{W(SUB, 2), W(STO, 9)}, 3 << 8, 0, 0, INVARIANT_HOLDS, 0},
    {{W(SUB, 2), W(STO, 9)}, 1 << 9, 0, 1 << 9, INVARIANT_HOLDS, 0},
    {{W(SUB, 2), W(STO, 9), W(LDN, 9)}, 1 << 9, 0, 1 << 9, INVARIANT_LOOKS, 9},
    {{W(SUB, 9), W(STO, 8)}, 1 << 8, 0, 1 << 9, INVARIANT_LOOKS, 9},
    {{W(SUB, 2), W(CMP, 0)}, 0, 0, 1 << 3, INVARIANT_LOOKS, 3},
    {{W(JMP, 9)}, 0, 0, 1 << 9, INVARIANT_LOOKS, 9},
    {{W(JRP, 9)}, 0, 0, 1 << 9, INVARIANT_LOOKS, 9},
    /* It is obeyed. */
    {{W(SUB, 2), W(STO, 3)}, 1 << 3, 15, 0, INVARIANT_BLURRED, 0},
    /* Line 0 is jumped through: A is a multiple of 32 there. */
    {{W(SUB, 6), W(STO, 0), 0, 0, 0, W(SUB, 0)}, 1, 4, 0, INVARIANT_BLURRED, 0},
    {{W(SUB, 6), W(STO, 0), 0, 0, 0, W(SUB, 0)}, 1, 5, 0, INVARIANT_HOLDS, 0},
    {{W(SUB, 6), W(STO, 0), W(JRP, 0), W(JMP, 31), 0, W(SUB, 0)}, 1, 0, 0, INVARIANT_BLURRED, 0},
    {{W(SUB, 6), W(STO, 0), W(JRP, 0), W(JMP, 31), 0, W(SUB, 0)}, 1, 5, 0, INVARIANT_HOLDS, 0},
    /* A is -29, and line 0 leads to an STP. */
    {{W(SUB, 6), W(STO, 0), 0, W(STP, 0), 0, 29}, 1, 5, 0, INVARIANT_STOPS, 0},
};

START_TEST(judges)
{
    const struct sample *sample = &samples[_i];
    const struct invariant invariant = {.data = sample->data, .bits = sample->bits};
    struct baby state = {0};
    unsigned line;

    memcpy(&state.store[1], sample->lines, sizeof(sample->lines));
    ck_assert_int_eq(invariant_check(&invariant, &state, sample->valueless, &line), sample->flaw);
    if (sample->flaw == INVARIANT_STORES || sample->flaw == INVARIANT_LOOKS)
        ck_assert_uint_eq(line, sample->line);
}
END_TEST

/* Of the invariants of random programs: that nothing stops and that no line changes but data, by
 * the reference; and that with less they are none. */
START_TEST(holds_what_it_says)
{
    uint64_t seed = 1948;
    unsigned found = 0, with[INVARIANT_BITS + 1] = {0};

    for (int round = 0; round < ROUNDS; round++) {
        struct baby state = {0}, later;
        struct invariant invariant, less;
        unsigned line;

        for (unsigned i = 0; i < 12; i++) {
            seed = seed * 6364136223846793005 + 1442695040888963407;
            /* A third of the words is no pure word. */
            state.store[seed >> 59] = (uint32_t)(seed >> 32) & (i % 3 ? 0xe01f : UINT32_MAX);
        }
        state.a = (uint32_t)(seed >> 20);
        if (decider_find(&state, 0, &invariant, &line) != INVARIANT_HOLDS)
            continue;
        found++;
        with[invariant.bits]++;
        later = state;
        ck_assert_int_eq(step_run(&later, STEPS), STOP_LIMIT);
        for (unsigned i = 0; i < ABI_LINES; i++) {
            ck_assert(invariant.data >> i & 1 || later.store[i] == state.store[i]);
            less = invariant;
            less.data &= ~(1u << i);
            if (invariant.data >> i & 1) {
                ck_assert_int_eq(invariant_check(&less, &state, 0, &line), INVARIANT_STORES);
                ck_assert_uint_eq(line, i);
            }
        }
        less = invariant;
        less.bits -= less.bits > 0;
        if (invariant.bits > 0)
            ck_assert_int_eq(invariant_check(&less, &state, 0, &line), INVARIANT_BLURRED);
    }
    ck_assert_uint_gt(found, ROUNDS / 20);
    ck_assert_uint_gt(with[5], 20);
    ck_assert_uint_gt(with[INVARIANT_BITS], 20);
}
END_TEST

static int judge(void *context, enum walk_end end, const struct walk *walk,
                 const uint32_t store[ABI_LINES], struct error *why)
{
    uint64_t *open = context;
    struct baby state = {0};
    struct invariant invariant;
    unsigned line;

    (void)why;
    memcpy(state.store, store, sizeof(state.store));
    if (end == WALK_STP)
        ck_assert_int_ne(decider_find(&state, 0, &invariant, &line), INVARIANT_HOLDS);
    if (end == WALK_OPEN) {
        ck_assert_int_eq(decider_walked(walk, &invariant, &line), INVARIANT_HOLDS);
        ck_assert_uint_eq(invariant.after, walk->executed);
        ++*open;
    }
    return 0;
}

static int judge_unit(void *context, const struct space_unit *unit, struct error *why)
{
    static struct space space = {.lines = 2};

    return space_walk(&space, unit, 1000, judge, context, why);
}

/* All that stop have none from their beginning on; all that are open have one. */
START_TEST(decides_two_lines)
{
    static struct space space = {.lines = 2};
    uint64_t open = 0;

    ck_assert_int_eq(space_units(&space, 1000, judge_unit, &open, &error), 0);
    ck_assert_uint_eq(open, 369);
}
END_TEST

static const struct text {
    const char *line;
    bool good;
    struct certificate is;
} texts[] = {
    {"open", true, {.kind = CERTIFICATE_OPEN}},
    {"1:8002 31:ffffffff stp 18446744073709551615",
     true,
     {.store = {[1] = 0x8002, [31] = UINT32_MAX}, .kind = CERTIFICATE_STP, .executed = UINT64_MAX}},
    {"0:1 cycle 7 9", true, {.store = {1}, .kind = CERTIFICATE_CYCLE, .executed = 7, .period = 9}},
    {"0:1 never 1000 5 80000001",
     true,
     {.store = {1},
      .kind = CERTIFICATE_INVARIANT,
      .executed = 1000,
      .bits = 5,
      .data = 0x80000001}},
    {"", false, {.bits = 0}},
    {"never", false, {.bits = 0}},
    {"closed", false, {.bits = 0}},
    {" open", false, {.bits = 0}},
    {"open ", false, {.bits = 0}},
    {"1:0 open", false, {.bits = 0}},
    {"01:1 open", false, {.bits = 0}},
    {"2:1 1:1 open", false, {.bits = 0}},
    {"1:1 1:1 open", false, {.bits = 0}},
    {"1:A open", false, {.bits = 0}},
    {"1:1  open", false, {.bits = 0}},
    {"32:1 open", false, {.bits = 0}},
    {"99:1 open", false, {.bits = 0}},
    {"-1:1 open", false, {.bits = 0}},
    {"1:123456789 open", false, {.bits = 0}},
    {"stp 18446744073709551616", false, {.bits = 0}},
    {"stp -1", false, {.bits = 0}},
    {"stp 1 2", false, {.bits = 0}},
    {"cycle 1", false, {.bits = 0}},
    {"never 1 2", false, {.bits = 0}},
    {"never 1 4294967296 0", false, {.bits = 0}},
    {"never 1 5 100000000", false, {.bits = 0}},
};

START_TEST(reads_certificates)
{
    struct {
        struct certificate certificate;
        uint8_t beyond[512];
    } read;

    memset(&read, 0xa5, sizeof(read));
    ck_assert_int_eq(certificate_read(&read.certificate, texts[_i].line), texts[_i].good);
    if (texts[_i].good)
        ck_assert_mem_eq(&read.certificate, &texts[_i].is, sizeof(texts[_i].is));
    for (size_t i = 0; i < sizeof(read.beyond); i++)
        ck_assert_uint_eq(read.beyond[i], 0xa5);
}
END_TEST

/* What a worker that has been broken into leaves there is written as a line, too. */
START_TEST(writes_lies)
{
    struct certificate lie, read;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    ck_assert_ptr_nonnull(out);
    memset(&lie, 0xff, sizeof(lie));
    certificate_write(out, &lie);
    fclose(out);
    ck_assert_int_eq(text[length - 1], '\n');
    text[length - 1] = '\0';
    ck_assert(certificate_read(&read, text));
    ck_assert_uint_eq(read.kind, CERTIFICATE_OPEN);
    free(text);
}
END_TEST

Suite *suite_invariant(void)
{
    Suite *suite = suite_create("invariant");
    TCase *tcase = tcase_create("invariant");

    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, judges, 0, sizeof(samples) / sizeof(samples[0]));
    tcase_add_test(tcase, holds_what_it_says);
    tcase_add_test(tcase, decides_two_lines);
    tcase_add_loop_test(tcase, reads_certificates, 0, sizeof(texts) / sizeof(texts[0]));
    tcase_add_test(tcase, writes_lies);
    suite_add_tcase(suite, tcase);
    return suite;
}
