/* Writes every exit and every job of a run to a file, as JSON lines or for a trace viewer. */
#include "report/trace.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"

/* Tracks of the trace viewer; it calls them threads, and machines processes. */
enum track { TRACK_GUEST = 1, TRACK_VMM, TRACK_JOBS };

static double microseconds(const struct trace *trace, uint64_t time)
{
    return (double)(time - trace->started) / 1e3;
}

/* The members that describe an exit, in either format; strings in it need no escaping but for the
 * function's name, which image_symbol() has escaped and which is refused if a quote is in it. */
static void print_detail(const struct trace *trace, const struct image *image,
                         const struct record *record)
{
    FILE *out = trace->output.stream;
    char function[96] = "";
    uint64_t offset = 0;

    if (record->count)
        fprintf(out, "\"address\":\"0x%" PRIx64 "\",\"write\":%s,\"size\":%u,\"count\":%u,",
                record->address, record->write ? "true" : "false", (unsigned)record->size,
                (unsigned)record->count);
    if (record->what)
        fprintf(out, "\"guest\":\"%s\",\"ring\":%u,", record->what, record->ring);
    if (record->has_job)
        fprintf(out, "\"job\":%u,", (unsigned)record->job);
    if (record->has_line)
        fprintf(out, "\"ssem_line\":%u,", (unsigned)record->line);
    function[0] = '\0';
    if (image)
        image_symbol(image, record->rip, function, sizeof(function), &offset);
    if (function[0] && !strpbrk(function, "\"\\"))
        fprintf(out, "\"function\":\"%s+0x%" PRIx64 "\",", function, offset);
    fprintf(out, "\"rip\":\"0x%" PRIx64 "\"", record->rip);
}

static void print_line(const struct trace_machine *machine, const struct image *image,
                       const struct record *record, const char *name)
{
    const struct trace *trace = machine->trace;

    fprintf(trace->output.stream,
            "{\"event\":\"exit\",\"name\":\"%s\",\"machine\":%u,\"entered_ns\":%" PRIu64
            ",\"left_ns\":%" PRIu64 ",\"served_ns\":%" PRIu64 ",",
            name, machine->number, record->entered - trace->started, record->left - trace->started,
            record->served - trace->started);
    print_detail(trace, image, record);
    fputs("}\n", trace->output.stream);
}

static void print_span(const struct trace_machine *machine, const char *name, enum track track,
                       uint64_t begin, uint64_t end)
{
    fprintf(machine->trace->output.stream,
            ",\n{\"name\":\"%s\",\"ph\":\"X\",\"pid\":%u,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f", name,
            machine->number, (int)track, microseconds(machine->trace, begin),
            (double)(end - begin) / 1e3);
}

static void observe_exit(void *context, const struct image *image, const struct record *record)
{
    const struct trace_machine *machine = context;
    struct trace *trace = machine->trace;
    const uint64_t began = clock_now();
    char name[40], what[64];

    if (trace->output.code) /* the first failure is the last, since each attempt may wait */
        return;
    record_name(record, name, sizeof(name));
    if (trace->chrome) {
        if (record->what)
            snprintf(what, sizeof(what), "%s, ring %u", record->what, record->ring);
        else
            snprintf(what, sizeof(what), "guest: %s", record->has_job ? "job" : "boot");
        print_span(machine, what, TRACK_GUEST, record->entered, record->left);
        fputc('}', trace->output.stream);
        print_span(machine, name, TRACK_VMM, record->left, record->served);
        fputs(",\"args\":{", trace->output.stream);
        print_detail(trace, image, record);
        fputs("}}", trace->output.stream);
    } else {
        print_line(machine, image, record, name);
    }
    output_check(&trace->output);
    trace->exits++;
    trace->cost_ns += clock_now() - began;
}

static void observe_job(void *context, const struct abi_job *job, const struct abi_result *result,
                        uint64_t placed, uint64_t finished)
{
    const struct trace_machine *machine = context;
    struct trace *trace = machine->trace;
    FILE *out = trace->output.stream;
    const uint64_t began = clock_now();
    const char *stop = result->stop == STOP_STP ? "stp" : "limit";

    if (trace->output.code) /* the first failure is the last, since each attempt may wait */
        return;
    if (trace->chrome) {
        char name[24];

        snprintf(name, sizeof(name), "job %u", (unsigned)job->id);
        print_span(machine, name, TRACK_JOBS, placed, finished);
        fprintf(out, ",\"args\":{\"executed\":%" PRIu64 ",\"stop\":\"%s\",\"ssem_line\":%u}}",
                result->state.executed, stop, (unsigned)result->state.ci);
    } else {
        fprintf(out,
                "{\"event\":\"job\",\"job\":%u,\"machine\":%u,\"placed_ns\":%" PRIu64
                ",\"finished_ns\":%" PRIu64 ",\"executed\":%" PRIu64
                ",\"stop\":\"%s\",\"ssem_line\":%u}\n",
                (unsigned)job->id, machine->number, placed - trace->started,
                finished - trace->started, result->state.executed, stop,
                (unsigned)result->state.ci);
    }
    output_check(&trace->output);
    trace->jobs++;
    trace->cost_ns += clock_now() - began;
}

/* What the viewer calls a machine or one of its tracks. */
static void print_name(const struct trace_machine *machine, const char *of, enum track track,
                       const char *name)
{
    fprintf(machine->trace->output.stream,
            "%s{\"name\":\"%s\",\"ph\":\"M\",\"pid\":%u,\"tid\":%d,\"args\":{\"name\":\"%s\"}}",
            machine->number > 1 || track ? ",\n" : "", of, machine->number, (int)track, name);
}

static void print_machine(const struct trace_machine *machine, const char *name, bool has_jobs)
{
    if (machine->trace->chrome) {
        print_name(machine, "process_name", 0, name);
        print_name(machine, "thread_name", TRACK_GUEST, "guest");
        print_name(machine, "thread_name", TRACK_VMM, "VMM");
        if (has_jobs)
            print_name(machine, "thread_name", TRACK_JOBS, "jobs");
    } else {
        fprintf(machine->trace->output.stream,
                "{\"event\":\"machine\",\"machine\":%u,\"what\":\"%s\"}\n", machine->number, name);
    }
}

int trace_begin(struct trace *trace, const char *path, struct error *error)
{
    const size_t length = path ? strlen(path) : 0;
    int result;

    *trace = (struct trace){
        .chrome = length > 5 && strcmp(path + length - 5, ".json") == 0,
    };
    if (!path)
        return 0;
    result = output_open(&trace->output, path, error);
    if (result < 0)
        return result;
    trace->path = path;
    fputs(trace->chrome ? "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
                        : "{\"schema\":\"babyvisor/trace/1\"}\n",
          trace->output.stream);
    trace->started = clock_now();
    return 0;
}

const struct observer *trace_observer(struct trace *trace, const struct machine_config *config)
{
    struct trace_machine *machine = &trace->machines[trace->machine_count];
    char name[64] = "atlas";

    if (!trace->path || (config && config->backend == BACKEND_NATIVE) ||
        trace->machine_count == TRACE_MACHINES)
        return NULL;
    *machine = (struct trace_machine){
        .trace = trace,
        .number = (unsigned)++trace->machine_count,
        .observer = {.context = machine, .exit = observe_exit, .job = observe_job},
    };
    if (config)
        snprintf(name, sizeof(name), "engine %s, transport %s", config_engines[config->engine].name,
                 config_transports[config->transport].name);
    print_machine(machine, name, config);
    return &machine->observer;
}

int trace_end(struct trace *trace, int result, FILE *out, struct error *error)
{
    const char *format =
        trace->chrome ? "\n],\"otherData\":{\"schema\":\"babyvisor/trace/1\",\"exits\":%" PRIu64
                        ",\"jobs\":%" PRIu64 ",\"tracing_ns\":%" PRIu64 "}}\n"
                      : "{\"event\":\"end\",\"exits\":%" PRIu64 ",\"jobs\":%" PRIu64
                        ",\"tracing_ns\":%" PRIu64 "}\n";
    struct error ignored;
    int committed;

    if (!trace->path)
        return result;
    if (!trace->output.code)
        fprintf(trace->output.stream, format, trace->exits, trace->jobs, trace->cost_ns);
    committed = output_commit(&trace->output, result < 0 ? &ignored : error);
    if (result < 0 || committed < 0)
        return result < 0 ? result : committed;
    if (out)
        fprintf(out,
                "\ntrace: %" PRIu64 " exits and %" PRIu64 " jobs, %.2f us each, %.1f%% of the time "
                "traced\n",
                trace->exits, trace->jobs,
                (double)trace->cost_ns / 1e3 / (double)(trace->exits + trace->jobs + !trace->exits),
                100.0 * (double)trace->cost_ns / (double)(clock_now() - trace->started));
    return 0;
}
