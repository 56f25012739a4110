/* What a run may still do once its machines are made: layers, entered together. */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>

#include "report/text.h"
#include "sandbox/filter.h"
#include "sandbox/landlock.h"
#include "sandbox/namespaces.h"
#include "sandbox/privileges.h"
#include "sandbox/resources.h"

#define NOTE_COLUMN 28 /* of a line of the report: 9, name, and whether it is on */

const char *const sandbox_layer_names[SANDBOX_LAYERS] = {
#define X(id, name, enter) name,
    SANDBOX_LAYER_LIST(X)
#undef X
};

static int (*const enter[SANDBOX_LAYERS])(const struct sandbox *sandbox, struct sandbox_note *note,
                                          struct error *error) = {
#define X(id, name, enter) enter,
    SANDBOX_LAYER_LIST(X)
#undef X
};

const struct choice sandbox_modes[SANDBOX_MODES + 1] = {
    [SANDBOX_ON] = {"on", "enter every layer that this host has but namespaces"},
    [SANDBOX_OFF] = {"off", "enter none"},
    [SANDBOX_REPORT] = {"report", "on, and list the layers on standard error"},
    [SANDBOX_REQUIRE] = {"require", "enter every layer, or run nothing"},
};

void sandbox_add_machine(struct sandbox *sandbox, int vcpu_fd, uint8_t *immediate_exit,
                         const struct kernel_stats *stats)
{
    if (sandbox->machine_count < SANDBOX_MACHINES) {
        sandbox->machines[sandbox->machine_count].vcpu_fd = vcpu_fd;
        sandbox->machines[sandbox->machine_count].immediate_exit = immediate_exit;
        sandbox->machines[sandbox->machine_count].stats = *stats;
    }
    sandbox->machine_count++;
}

void sandbox_add_output(struct sandbox *sandbox, const struct output *output)
{
    if (!output || !output->stream)
        return;
    if (sandbox->output_count < SANDBOX_OUTPUTS)
        sandbox->outputs[sandbox->output_count] = output;
    sandbox->output_count++;
}

void sandbox_add_stream(struct sandbox *sandbox, int fd, int uses)
{
    if (sandbox->stream_count < SANDBOX_STREAMS) {
        sandbox->streams[sandbox->stream_count].fd = fd;
        sandbox->streams[sandbox->stream_count].uses = uses;
    }
    sandbox->stream_count++;
}

int sandbox_start_machines(const struct sandbox *sandbox, struct error *error)
{
    for (size_t i = 0; i < sandbox->machine_count; i++) {
        uint8_t *immediate_exit = sandbox->machines[i].immediate_exit;
        int answer, code;

        if (!immediate_exit)
            continue;
        *immediate_exit = 1;
        answer = ioctl(sandbox->machines[i].vcpu_fd, KVM_RUN, 0);
        code = errno;
        *immediate_exit = 0;
        if (answer < 0 && code != EINTR) {
            errno = code;
            return error_system(error, "KVM_RUN");
        }
    }
    return 0;
}

int sandbox_enter_layer(const struct sandbox *sandbox, enum sandbox_layer layer,
                        struct sandbox_note *note, struct error *error)
{
    int result;

    note->text[0] = '\0';
    result = enter[layer](sandbox, note, error);
    note->enforced = result > 0;
    return result;
}

/* Has the streams allocate their buffers, which they ask the kernel about, while they may. */
static void prepare_streams(const struct sandbox *sandbox)
{
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    for (size_t i = 0; i < sandbox->output_count; i++)
        setvbuf(sandbox->outputs[i]->stream, NULL, _IOFBF, BUFSIZ);
}

static void print_notes(const struct sandbox_note *notes, FILE *report)
{
    for (int layer = 0; layer < SANDBOX_LAYERS; layer++) {
        fprintf(report, "sandbox: %-13s %-4s ", sandbox_layer_names[layer],
                notes[layer].enforced ? "on" : "none");
        text_hanging(report, NOTE_COLUMN, notes[layer].text);
    }
}

/* What a host lacks is said once, on one line. */
static void print_missing(const struct sandbox_note *notes, FILE *report)
{
    int count = 0;

    for (int layer = 0; layer < SANDBOX_LAYERS; layer++)
        if (!notes[layer].enforced && layer != SANDBOX_NAMESPACES)
            fprintf(report, "%s%s", count++ ? ", " : "babyvisor: the sandbox goes without ",
                    sandbox_layer_names[layer]);
    if (count)
        fputs(", which this host lacks; --sandbox=report says why, --sandbox=require refuses\n",
              report);
}

int sandbox_enter(const struct sandbox *sandbox, enum sandbox_mode mode, FILE *report,
                  struct error *error)
{
    struct sandbox_note notes[SANDBOX_LAYERS];
    int result = 0;

    if (mode == SANDBOX_OFF)
        return 0;
    if (sandbox->machine_count > SANDBOX_MACHINES || sandbox->output_count > SANDBOX_OUTPUTS ||
        sandbox->stream_count > SANDBOX_STREAMS)
        return error_set(error, STATUS_INTERNAL, E2BIG,
                         "sandbox: too many machines, outputs or streams");
    prepare_streams(sandbox);
    for (size_t i = 0; i < sandbox->output_count; i++)
        output_confine(sandbox->outputs[i]);
    for (int layer = 0; layer < SANDBOX_LAYERS && result >= 0; layer++) {
        if (layer == SANDBOX_NAMESPACES && mode != SANDBOX_REQUIRE) {
            notes[layer] = (struct sandbox_note){false, "entered with --sandbox=require"};
            continue;
        }
        result = sandbox_enter_layer(sandbox, (enum sandbox_layer)layer, &notes[layer], error);
        if (result == 0 && mode == SANDBOX_REQUIRE)
            result = error_set(error, STATUS_SYSTEM, ENOTSUP,
                               "sandbox: %s: %s; --sandbox=require runs nothing without it",
                               sandbox_layer_names[layer], notes[layer].text);
    }
    if (result < 0)
        return result;
    if (mode == SANDBOX_REPORT)
        print_notes(notes, report);
    else
        print_missing(notes, report);
    return 0;
}
