/* The guest that also writes memory: each engine of the real one, and between two pieces of a job a
 * word to each page that is due. Linked with --wrap for each engine, so that a call of NAME_run()
 * comes here, and __real_NAME_run() is the engine itself. */
#include "guest/writing/writer.h"

#include "guest/engines.h"

#define PIECE 1000 /* instructions, some microseconds */

static uint64_t read_counter(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Who cannot keep up, or comes to another host, whose counter is another, begins anew. */
static void write_pages(void)
{
    volatile struct writer *writer = (struct writer *)(ABI_BASE + WRITER);
    const uint64_t now = read_counter();

    if (!writer->interval)
        return;
    if (writer->due - now > writer->interval && now - writer->due > WRITER_PAGES * writer->interval)
        writer->due = now;
    for (; writer->due <= now; writer->due += writer->interval) {
        const uint64_t page = 1 + writer->written++ % WRITER_PAGES;

        *(volatile uint64_t *)(ABI_BASE + WRITER + page * ABI_PAGE) = writer->written;
    }
}

static enum stop run(engine_run *engine, struct baby *m, uint64_t budget)
{
    enum stop stop = STOP_LIMIT;
    uint64_t executed = 0;

    do {
        const uint64_t left = budget - executed;

        stop = engine(m, left < PIECE ? left : PIECE);
        executed += m->executed;
        write_pages();
    } while (stop == STOP_LIMIT && executed < budget);
    m->executed = executed;
    return stop;
}

#define X(id, name, technique)                                                                     \
    engine_run __real_##name##_run, __wrap_##name##_run;                                           \
    enum stop __wrap_##name##_run(struct baby *m, uint64_t budget)                                 \
    {                                                                                              \
        return run(__real_##name##_run, m, budget);                                                \
    }
ABI_ENGINES(X)
#undef X
