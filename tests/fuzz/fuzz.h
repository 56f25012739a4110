/* What the fuzz targets share: a check that stands, an input taken apart, and what must hold of any
 * answer of the VMM. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "guest/abi.h"

/* The entry point of libFuzzer; with tests/fuzz/alone.c it gets files instead. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition, ...)                                                                      \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, __VA_ARGS__);                                                          \
            fputc('\n', stderr);                                                                   \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* What is left of an input. */
struct input {
    const uint8_t *bytes;
    size_t left;
};

/* Moves size bytes of the input to out; zeros where it has ended. */
static inline void input_take(struct input *input, void *out, size_t size)
{
    const size_t some = size < input->left ? size : input->left;

    memset(out, 0, size);
    if (some)
        memcpy(out, input->bytes, some);
    input->bytes += some;
    input->left -= some;
}

static inline uint8_t input_byte(struct input *input)
{
    uint8_t byte;

    input_take(input, &byte, sizeof(byte));
    return byte;
}

static inline uint32_t input_word(struct input *input)
{
    uint32_t word;

    input_take(input, &word, sizeof(word));
    return word;
}

/* An error has a text, and a plain one. */
static inline void check_error(const struct error *error, int result)
{
    CHECK(result < 0, "result %d of what has failed", result);
    CHECK(error->text[0], "failed without a word");
    for (const char *c = error->text; *c; c++)
        CHECK(*c >= ' ' && *c <= '~', "the error is not plain text: %s", error->text);
}

/* What a result that the VMM believes must be, said another time than in link.c. */
static inline void check_believed(const struct abi_result *result, const struct abi_job *job)
{
    const struct baby *m = &result->state;

    CHECK(result->id == job->id && result->engine == job->engine, "believed of another job");
    CHECK(result->reserved == 0, "believed a reserved word");
    CHECK(m->ci < 32, "believed CI %u", (unsigned)m->ci);
    CHECK(result->counters.leapt <= m->executed, "believed a leap beyond the end");
    CHECK(!result->counters.period || result->stop == STOP_LIMIT, "believed an STP in a cycle");
    switch (result->stop) {
    case STOP_LIMIT:
        CHECK(m->executed == job->budget, "believed an early limit");
        break;
    case STOP_STP:
        CHECK(m->executed >= 1 && m->executed <= job->budget, "believed a wild count");
        CHECK((m->store[m->ci] >> 13 & 7) == 7, "believed an STP where there is none");
        break;
    default:
        CHECK(0, "believed stop %u", (unsigned)result->stop);
    }
}

/* A result that the job can have; a guest would write it. */
static inline struct abi_result make_believable(const struct abi_job *job)
{
    struct abi_result result = {.state = job->state, .stop = STOP_LIMIT};

    result.state.ci %= 32;
    result.state.executed = job->budget;
    result.engine = job->engine;
    result.id = job->id;
    return result;
}

#endif
