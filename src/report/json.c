/* Output for programs: one JSON object each, with a schema key. */
#include "report/json.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "report/origin.h"
#include "ssem/isa.h"

/* An object that could not grow: jansson leaves out what there was no memory for. */
static bool incomplete;

static void *allocate(size_t size)
{
    void *memory = malloc(size);

    incomplete = incomplete || !memory;
    return memory;
}

void json_begin(void)
{
    unsigned seed = 0;

    incomplete = false;
    json_set_alloc_funcs(allocate, free);
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
        seed = (unsigned)clock_now();
    json_object_seed(seed | 1);
}

int json_print(FILE *out, json_t *object, struct error *error)
{
    json_t *from = object ? origin_object() : NULL;
    char *text;

    if (from)
        json_object_set_new(object, "from", from);
    /* First into memory, since what cannot be written whole is not begun. */
    text = object && !incomplete ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!text)
        return error_memory(error);
    fprintf(out, "%s\n", text);
    free(text);
    return 0;
}

json_t *json_unsigned(uint64_t number)
{
    char digits[24];

    if (number <= INT64_MAX)
        return json_integer((json_int_t)number);
    snprintf(digits, sizeof(digits), "%" PRIu64, number);
    return json_string(digits);
}

json_t *json_store(const struct baby *m)
{
    json_t *array = json_array();

    for (int i = 0; i < ABI_LINES; i++)
        json_array_append_new(array, json_integer(isa_number(m->store[i])));
    return array;
}

static json_t *exits_object(const struct exits *exits)
{
    json_t *reasons = json_object(), *ports = json_object();

    for (uint32_t reason = 0; reason <= EXITS_REASONS; reason++) {
        const char *name = exits_reason_name(reason);
        char number[12];

        snprintf(number, sizeof(number), "%u", (unsigned)reason);
        if (exits->by_reason[reason])
            json_object_set_new(reasons, name ? name : number,
                                json_integer((json_int_t)exits->by_reason[reason]));
    }
    for (enum exits_port port = 0; port < EXITS_PORT_COUNT; port++)
        if (exits->by_port[port])
            json_object_set_new(ports, exits_port_name(port),
                                json_integer((json_int_t)exits->by_port[port]));
    return json_pack("{s:I, s:I, s:o, s:o}", "total", (json_int_t)exits->total, "interrupted",
                     (json_int_t)exits->interrupted, "by_reason", reasons, "by_port", ports);
}

static json_t *durations_object(const struct histogram *histogram)
{
    return json_pack("{s:I, s:I, s:f, s:I, s:I, s:I}", "total", (json_int_t)histogram->total, "min",
                     (json_int_t)histogram->least, "mean", histogram_mean(histogram), "median",
                     (json_int_t)histogram_percentile(histogram, 0.5), "p99",
                     (json_int_t)histogram_percentile(histogram, 0.99), "max",
                     (json_int_t)histogram->most);
}

static json_t *tally_array(const struct tally *tally)
{
    json_t *array = json_array();

    for (size_t i = 0; tally && i < tally->count; i++)
        json_array_append_new(array, json_pack("{s:s, s:I, s:o, s:o}", "name", tally->rows[i].name,
                                               "count", (json_int_t)tally->rows[i].guest.count,
                                               "guest_ns", durations_object(&tally->rows[i].guest),
                                               "vmm_ns", durations_object(&tally->rows[i].vmm)));
    return array;
}

static json_t *counters_object(const struct abi_counters *counters)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "translations",
                     json_unsigned(counters->translations), "invalidations",
                     json_unsigned(counters->invalidations), "fallbacks",
                     json_unsigned(counters->fallbacks), "fallback_instructions",
                     json_unsigned(counters->fallback_instructions), "leaps",
                     json_unsigned(counters->leaps), "leapt", json_unsigned(counters->leapt),
                     "cycles", json_unsigned(counters->cycles));
}

static json_t *stats_object(const struct machine_stats *stats)
{
    json_t *kernel = json_object();
    const struct exits *exits = &stats->exits;

    for (int i = 0; i < stats->kernel_count; i++) {
        char name[64];

        snprintf(name, sizeof(name), "%s.%s", stats->kernel[i].source, stats->kernel[i].name);
        json_object_set_new(kernel, name, json_unsigned(stats->kernel[i].value));
    }
    return json_pack("{s:{s:I, s:I, s:I, s:I}, s:o, s:o, s:o}", "times_ns", "create",
                     (json_int_t)exits->create_ns, "boot", (json_int_t)exits->boot_ns, "guest",
                     (json_int_t)exits->guest_ns, "vmm", (json_int_t)exits->vmm_ns, "engine",
                     counters_object(&stats->counters), "exits", tally_array(stats->tally),
                     "kernel", kernel);
}

static json_t *moved_object(const struct moved *moved)
{
    json_t *object =
        json_pack("{s:s, s:o, s:I, s:I, s:i}", "to", moved->where, "at", json_unsigned(moved->at),
                  "downtime_ns", (json_int_t)moved->downtime_ns, "bytes", (json_int_t)moved->bytes,
                  "rounds", (int)moved->rounds);
    json_t *rounds = json_array();

    if (!moved->is_precopy) {
        json_decref(rounds);
        return object;
    }
    for (unsigned i = 0; i < moved->rounds; i++) {
        const struct moved_round *round = &moved->round[i];

        json_array_append_new(
            rounds, json_pack("{s:i, s:I, s:I, s:i, s:b}", "pages", (int)round->pages, "bytes",
                              (json_int_t)round->bytes, "ns", (json_int_t)round->ns, "dirtied",
                              (int)round->dirtied, "stopped", i + 1 == moved->rounds));
    }
    json_object_update_new(object, json_pack("{s:s, s:b, s:I, s:I, s:o}", "mode", "precopy",
                                             "converged", moved->has_converged, "bandwidth",
                                             (json_int_t)moved->bandwidth, "writes",
                                             (json_int_t)moved->writes, "round", rounds));
    return object;
}

int json_run(FILE *out, const char *program, const struct run *run,
             const struct machine_stats *stats, const struct machine_config *config,
             const struct moved *moved, struct error *error)
{
    const struct baby *m = &run->state;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o}", "schema",
        "babyvisor/run/1", "program", program, "host", stats->host, "backend",
        config_backends[config->backend].name, "engine", config_engines[config->engine].name,
        "transport", config_transports[config->transport].name, "stop", run_stop_name(run),
        "executed", json_unsigned(m->executed), "elapsed_ns", json_unsigned(run->elapsed_ns), "a",
        (json_int_t)isa_number(m->a), "ci", (json_int_t)m->ci, "store", json_store(m), "exits",
        exits_object(&stats->exits));

    if (object && run->began)
        json_object_set_new(object, "resumed_at", json_unsigned(run->began));
    if (object && run->leapt)
        json_object_set_new(object, "leapt", json_unsigned(run->leapt));
    if (object && run->period)
        json_object_set_new(object, "cycle",
                            json_pack("{s:o, s:o, s:b}", "period", json_unsigned(run->period),
                                      "entered", json_unsigned(run->entered), "exact",
                                      run->is_exact));
    if (object && moved && moved->is_moved)
        json_object_set_new(object, "moved", moved_object(moved));
    if (object && config->tally)
        json_object_set_new(object, "stats", stats_object(stats));
    return json_print(out, object, error);
}
