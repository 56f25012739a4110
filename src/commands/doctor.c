/* `doctor`: whether this host can run the guest, what kind of KVM it has, and what is missing. */
#include <errno.h>
#include <jansson.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "commands/commands.h"
#include "machine/run.h"
#include "observe/advice.h"
#include "observe/host.h"
#include "report/json.h"
#include "report/text.h"
#include "report/trace.h"
#include "sandbox/sandbox.h"
#include "ssem/program.h"
#include "vmm/kvm.h"
#include "vmm/protection.h"

#define TRIAL_INSTRUCTIONS 1000
#define TRIAL_SECONDS      60

enum verdict { OK, NOTE, MISSING };

struct finding {
    enum verdict verdict;
    char what[40];
    char detail[400];
};

struct findings {
    size_t count;
    struct finding list[16];
    int status; /* exit status of `run` on this host */
};

__attribute__((format(printf, 4, 5))) static void
add(struct findings *findings, enum verdict verdict, const char *what, const char *format, ...)
{
    struct finding *finding = &findings->list[findings->count++];
    va_list arguments;

    finding->verdict = verdict;
    snprintf(finding->what, sizeof(finding->what), "%s", what);
    va_start(arguments, format);
    vsnprintf(finding->detail, sizeof(finding->detail), format, arguments);
    va_end(arguments);
}

/* Something that is missing, with what to do about the error `code` where that is known. */
static void add_error(struct findings *findings, const char *what, int code,
                      const struct error *error)
{
    struct advice_facts facts;
    char advice[256];

    advice_gather(&facts, code);
    advice_text(&facts, advice, sizeof(advice));
    add(findings, MISSING, what, "%s%s%s", error->text, advice[0] ? "; " : "", advice);
    if (findings->status == 0)
        findings->status = error->status;
}

static void check_host(struct findings *findings)
{
    struct utsname name;
    char outer[64];

    if (uname(&name) == 0)
        add(findings, OK, "kernel", "%s %s %s", name.sysname, name.release, name.machine);
    host_hypervisor(outer, sizeof(outer));
    add(findings, OK, "host",
        outer[0] ? "a virtual machine itself (%s)%s" : "no virtual machine%s%s", outer,
        host_is_container() ? "; a container" : "");
    switch (kvm_kind()) {
    case KVM_KIND_PVM:
        add(findings, NOTE, "kind of KVM",
            "PVM: no VT-x or AMD-V; guest code runs natively in ring 3 and is emulated in ring 0");
        break;
    case KVM_KIND_UNKNOWN:
        add(findings, NOTE, "kind of KVM",
            "unknown: neither kvm_intel, kvm_amd nor kvm_pvm is loaded for this CPU");
        break;
    default:
        add(findings, OK, "kind of KVM", "%s", kvm_kind_name(kvm_kind()));
    }
}

static void check_kvm(struct findings *findings)
{
    struct error error;
    int fd = kvm_open(KVM_DEVICE, &error);

    if (fd < 0) {
        add_error(findings, KVM_DEVICE, -fd, &error);
        return;
    }
    add(findings, OK, KVM_DEVICE, "usable, API version 12");
    for (size_t i = 0; i < kvm_capability_count; i++) {
        const struct kvm_capability *capability = &kvm_capabilities[i];
        bool enough;
        int answer = kvm_check(fd, capability, &enough);

        if (enough)
            add(findings, OK, capability->name, "%d; %s", answer, capability->use);
        else if (capability->required)
            add(findings, MISSING, capability->name, "%d; %s; use Linux %s or later", answer,
                capability->use, capability->since);
        else
            add(findings, NOTE, capability->name, "%d; %s; use Linux %s or later", answer,
                capability->use, capability->since);
        if (!enough && capability->required)
            findings->status = STATUS_NO_KVM;
    }
    close(fd);
}

static void check_seccomp(struct findings *findings)
{
    unsigned level = seccomp_api_get();

    if (level > 0)
        add(findings, OK, "seccomp", "filters can be loaded, libseccomp API level %u", level);
    else
        add(findings, NOTE, "seccomp",
            "this kernel takes no filters; enable CONFIG_SECCOMP_FILTER");
}

static void add_success(struct findings *findings, const struct machine *machine)
{
    static struct machine_stats stats;
    char names[40];

    machine_stats(machine, &stats);
    add(findings, OK, "trial run", "booted, obeyed %d SSEM instructions", TRIAL_INSTRUCTIONS);
    add(findings, stats.apic ? OK : NOTE, "local APIC",
        stats.apic ? "in the kernel; for a --guest image there is none, so that its hlt is an exit"
                   : "none, as this KVM has no KVM_CAP_SPLIT_IRQCHIP: a start takes longer");
    add(findings, stats.protection ? OK : NOTE, "rings kept apart by",
        "page tables; by the CPU: %s", protection_text(stats.protection, names, sizeof(names)));
}

/* What `run` does, on the 1948 program, for its first thousand instructions. */
static void check_run(struct findings *findings, const struct settings *settings,
                      struct trace *trace)
{
    struct sandbox sandbox = {.seconds = TRIAL_SECONDS + SANDBOX_GRACE};
    const struct machine_config config = {
        .engine = ENGINE_DYNAMIC, .transport = TRANSPORT_PAGE, .seconds = TRIAL_SECONDS};
    struct program program;
    struct machine *machine = NULL;
    struct run run;
    struct error error;
    int result = program_read(&program, NULL, &error);

    if (result == 0)
        result = machine_open(&machine, &config, &error);
    if (result == 0) {
        machine_observe(machine, trace_observer(trace, &config));
        machine_confine(machine, &sandbox);
        sandbox_add_output(&sandbox, &trace->output);
        result = sandbox_enter(&sandbox, settings->sandbox, stderr, &error);
    }
    if (result == 0) {
        run_begin(&run, machine, &program.state, TRIAL_INSTRUCTIONS);
        result = run_finish(&run, &error);
    }
    if (result < 0)
        add_error(findings, "trial run", result == -EBUSY ? EBUSY : 0, &error);
    else if (run.state.executed != TRIAL_INSTRUCTIONS) {
        add(findings, MISSING, "trial run", "the guest did not finish %d instructions in time",
            TRIAL_INSTRUCTIONS);
        findings->status = STATUS_TIMEOUT;
    } else
        add_success(findings, machine);
    machine_close(machine);
}

static const char *const verdicts[] = {[OK] = "ok", [NOTE] = "note", [MISSING] = "missing"};

static int print_json(const struct findings *findings, FILE *out, struct error *error)
{
    json_t *list = json_array();

    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "verdict", verdicts[findings->list[i].verdict],
                            "what", findings->list[i].what, "detail", findings->list[i].detail));
    return json_print(out,
                      json_pack("{s:s, s:s, s:b, s:i, s:o}", "schema", "babyvisor/doctor/1", "host",
                                kvm_kind_name(kvm_kind()), "usable", findings->status == 0,
                                "run_status", findings->status, "findings", list),
                      error);
}

static int doctor(const struct settings *settings, FILE *out, struct error *error)
{
    struct findings findings = {0};
    struct trace trace;
    int result = trace_begin(&trace, settings->trace, error);

    if (result < 0)
        return result;
    check_host(&findings);
    check_kvm(&findings);
    check_seccomp(&findings);
    if (findings.status == 0)
        check_run(&findings, settings, &trace);
    if (settings->json)
        result = print_json(&findings, out, error);
    for (size_t i = 0; !settings->json && i < findings.count; i++)
        text_hanging(out,
                     (unsigned)fprintf(out, "%-8s %-24s ", verdicts[findings.list[i].verdict],
                                       findings.list[i].what),
                     findings.list[i].detail);
    if (!settings->json)
        fprintf(out, "\n%s\n",
                findings.status ? "`babyvisor run` cannot work here yet."
                                : "`babyvisor run` works here.");
    result = trace_end(&trace, result, settings->json ? NULL : out, error);
    return result < 0 ? result : findings.status;
}

static const struct accepted accepts[] = {
    {.id = OPTION_TRACE},
    {.id = OPTION_JSON},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_doctor = {
    .name = "doctor",
    .operands = "",
    .summary = "Report whether this host can run the guest, and what is missing",
    .text = "Checks /dev/kvm, its capabilities and the kind of KVM behind it, then boots the "
            "guest for a moment. The exit status is 0 if `run` works, otherwise what `run` "
            "would end with.\n",
    .max_operands = 0,
    .accepts = accepts,
    .run = doctor,
};
