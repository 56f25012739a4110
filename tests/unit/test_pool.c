/* A pool: requests and answers, what is seen of a worker's death, and answers that are lies. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pool/batch.h"
#include "pool/pool.h"
#include "suites.h"

#define TURNS 1000

static struct error error;

/* Adds one; odd hundreds kill the worker, in different ways. */
static int add(const void *context, struct machine *machine, const void *request, void *answer,
               struct error *why)
{
    const uint64_t number = *(const uint64_t *)request;

    (void)context, (void)machine;
    if (number == 100)
        raise(SIGKILL);
    if (number == 300)
        return error_set(why, STATUS_GUEST, EPROTO, "no \33[31m");
    if (number == 500)
        _exit(0);
    *(uint64_t *)answer = number + 1;
    return 0;
}

static struct pool *open_pool(const struct pool_kind *kind, unsigned workers)
{
    struct pool *pool;

    ck_assert_msg(pool_open(&pool, kind, workers, &error) == 0, "%s", error.text);
    return pool;
}

static const struct pool_kind adds = {
    .config = {.backend = BACKEND_NATIVE, .seconds = 60},
    .sandbox = SANDBOX_OFF,
    .request = sizeof(uint64_t),
    .answer = sizeof(uint64_t),
    .work = add,
};

START_TEST(serves)
{
    struct pool *pool = open_pool(&adds, 3);
    uint64_t given = 0, taken = 0, sum = 0;
    bool busy[3 * POOL_SLOTS] = {false};

    while (taken < TURNS) {
        for (unsigned slot = 0; slot < pool_slots(pool); slot++) {
            if (busy[slot] && !pool_is_busy(pool, slot)) {
                busy[slot] = false;
                taken++;
                sum += *(uint64_t *)pool_answer(pool, slot);
            }
            if (!busy[slot] && given < TURNS) {
                *(uint64_t *)pool_request(pool, slot) = 1000 + given++;
                pool_submit(pool, slot);
                busy[slot] = true;
            }
        }
        ck_assert_int_eq(pool_wait(pool, -1, 1000, NULL, &error), 0);
    }
    ck_assert_uint_eq(sum, TURNS * 1001 + TURNS * (TURNS - 1) / 2);
    pool_close(pool);
}
END_TEST

static const struct {
    uint64_t number;
    const char *text;
    int status;
    bool killed;
} deaths[] = {
    {100, "the worker was ended by SIGKILL", STATUS_INTERNAL, true},
    {300, "no \\x1b[31m", STATUS_GUEST, false},
    {500, "the worker has ended", STATUS_INTERNAL, false},
};

START_TEST(sees_deaths)
{
    struct pool *pool = open_pool(&adds, 1);
    struct pool_death death;
    int result = 0;

    *(uint64_t *)pool_request(pool, 0) = 1;
    pool_submit(pool, 0);
    *(uint64_t *)pool_request(pool, 1) = deaths[_i].number;
    pool_submit(pool, 1);
    *(uint64_t *)pool_request(pool, 2) = 2;
    pool_submit(pool, 2);
    while (result == 0) {
        ck_assert_int_eq(pool_wait(pool, -1, 1000, NULL, &error), 0);
        result = pool_death(pool, &death, &error);
    }
    ck_assert_int_eq(result, 1);
    ck_assert_int_eq(death.slot, 1);
    ck_assert(death.began);
    ck_assert_str_eq(death.text, deaths[_i].text);
    ck_assert_int_eq(death.status, deaths[_i].status);
    ck_assert_int_eq(death.killed, deaths[_i].killed);
    ck_assert(!pool_is_busy(pool, 0) && !pool_is_busy(pool, 1) && pool_is_busy(pool, 2));
    ck_assert_int_eq(pool_restart(pool, death.worker, &error), 0);
    while (pool_is_busy(pool, 2))
        ck_assert_int_eq(pool_wait(pool, -1, 1000, NULL, &error), 0);
    ck_assert_uint_eq(*(uint64_t *)pool_answer(pool, 2), 3);
    pool_close(pool);
}
END_TEST

/* A worker that has been broken into. */
static int lie(const void *context, struct machine *machine, const void *request, void *answer,
               struct error *why)
{
    (void)context, (void)machine, (void)request, (void)why;
    memset(answer, 0xff, sizeof(struct chunk_answer));
    return 0;
}

START_TEST(refuses_lies)
{
    static const struct chunk_rules rules = {.limit = 1, .slice = 1, .seconds = 60};
    static struct batch batch;
    struct pool_kind lies = adds;
    FILE *in = tmpfile(), *out = tmpfile();

    ck_assert(in && out);
    fputs("00000000\n", in);
    rewind(in);
    lies.work = lie;
    lies.request = sizeof(struct chunk);
    lies.answer = sizeof(struct chunk_answer);
    batch.pool = open_pool(&lies, 1);
    batch.rules = &rules;
    batch.out = out;
    ck_assert_int_eq(input_open(&batch.input, fileno(in), &error), 0);
    ck_assert_int_lt(batch_run(&batch, &error), 0);
    ck_assert_int_eq(error.status, STATUS_GUEST);
    ck_assert_int_eq(ftell(out), 0);
    pool_close(batch.pool);
    input_close(&batch.input);
    fclose(in);
    fclose(out);
}
END_TEST

Suite *suite_pool(void)
{
    Suite *suite = suite_create("pool");
    TCase *tcase = tcase_create("pool");

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, serves);
    tcase_add_loop_test(tcase, sees_deaths, 0, sizeof(deaths) / sizeof(deaths[0]));
    tcase_add_test(tcase, refuses_lies);
    suite_add_tcase(suite, tcase);
    return suite;
}
