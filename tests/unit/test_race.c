/* Shared memory that changes while the VMM reads it: what it believes is what it has checked.
 *
 * Guest memory is mapped twice; a thread writes through the second mapping, as a guest with a
 * second CPU or a device could, good and impossible results in turn. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "suites.h"
#include "vmm/transport.h"

#define RACE_NS 300000000
#define JOBS    3

static uint8_t *memory; /* what the VMM reads */
static uint8_t *other;  /* the same pages, for the thread */
static atomic_bool enough;

static void map_twice(void)
{
    int fd = memfd_create("guest", MFD_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, ABI_MEMORY_SIZE), 0);
    memory = mmap(NULL, ABI_MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    other = mmap(NULL, ABI_MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert(memory != MAP_FAILED && other != MAP_FAILED);
    close(fd);
    atomic_store(&enough, false);
}

static void unmap(void)
{
    munmap(memory, ABI_MEMORY_SIZE);
    munmap(other, ABI_MEMORY_SIZE);
}

static const struct abi_job jobs[JOBS] = {{.budget = 1}, {.budget = 1}, {.budget = 1}};
static const struct abi_result good = {.state.executed = 1, .stop = STOP_LIMIT};

/* Good but for one field, another one for each number. */
static struct abi_result impossible(unsigned number)
{
    struct abi_result result = good;
    uint32_t *const fields[] = {&result.state.ci, &result.stop, &result.engine, &result.id,
                                &result.reserved};

    *fields[number % 5] = 77;
    return result;
}

/* Writes what can be and what cannot be in turn. */
static void *rewrite(void *to)
{
    for (unsigned number = 0; !atomic_load(&enough); number++) {
        const struct abi_result bad = impossible(number);

        memcpy(to, &bad, sizeof(bad));
        __asm__ volatile("" : : : "memory");
        memcpy(to, &good, sizeof(good));
        __asm__ volatile("" : : : "memory");
    }
    return NULL;
}

/* Rings the doorbell over and over while the thread writes the last result, at that offset. Both
 * must have come up: results that were believed, each of which is possible and stays so, and
 * results that were not. */
static void race(enum transport transport, uint32_t count, size_t offset)
{
    struct transport_end end = {.kind = transport};
    struct abi_result results[JOBS];
    struct error error;
    const uint64_t began = clock_now();
    unsigned believed = 0, refused = 0;
    pthread_t thread;

    transport_place(&end, memory, jobs, results, count);
    for (uint32_t i = 1; i < count; i++)
        memcpy(memory + offset - i * sizeof(union abi_slot), &good, sizeof(good));
    ck_assert_int_eq(pthread_create(&thread, NULL, rewrite, other + offset), 0);
    while (clock_now() - began < RACE_NS || !believed || !refused) {
        end.outstanding = count;
        if (transport_doorbell(&end, memory, count, &error) < 0) {
            refused++;
            continue;
        }
        believed++;
        for (uint32_t i = 0; i < count; i++)
            ck_assert_msg(transport_check(&results[i], &jobs[i], &error) == 0, "believed a %s",
                          error.text);
    }
    atomic_store(&enough, true);
    pthread_join(thread, NULL);
}

START_TEST(page_is_read_once)
{
    race(TRANSPORT_PAGE, 1, ABI_JOB_PAGE + offsetof(struct abi_job_page, result));
}
END_TEST

START_TEST(ring_is_read_once)
{
    race(TRANSPORT_RING, JOBS, ABI_RING + offsetof(struct abi_ring, slots[JOBS - 1]));
}
END_TEST

Suite *suite_race(void)
{
    Suite *suite = suite_create("race");
    TCase *tests = tcase_create("race");

    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, map_twice, unmap);
    tcase_add_test(tests, page_is_read_once);
    tcase_add_test(tests, ring_is_read_once);
    suite_add_tcase(suite, tests);
    return suite;
}
