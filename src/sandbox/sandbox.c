/* What a run may still do once its machines are made: five layers, entered together. */
#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/filter.h"
#include "sandbox/landlock.h"
#include "sandbox/privileges.h"

const char *const sandbox_layer_names[SANDBOX_LAYERS] = {
    [SANDBOX_CORE] = "core dumps",   [SANDBOX_NO_NEW_PRIVS] = "no_new_privs",
    [SANDBOX_LANDLOCK] = "Landlock", [SANDBOX_CAPABILITIES] = "capabilities",
    [SANDBOX_SECCOMP] = "seccomp",
};

static int (*const enter[SANDBOX_LAYERS])(const struct sandbox *sandbox, struct sandbox_note *note,
                                          struct error *error) = {
    [SANDBOX_CORE] = privileges_no_core, [SANDBOX_NO_NEW_PRIVS] = privileges_no_new,
    [SANDBOX_LANDLOCK] = landlock_enter, [SANDBOX_CAPABILITIES] = privileges_drop,
    [SANDBOX_SECCOMP] = filter_enter,
};

const struct choice sandbox_modes[SANDBOX_MODES + 1] = {
    [SANDBOX_ON] = {"on", "enter every layer that the kernel has"},
    [SANDBOX_OFF] = {"off", "enter none"},
    [SANDBOX_REPORT] = {"report", "on, and list the layers on standard error"},
};

void sandbox_add_machine(struct sandbox *sandbox, int vm_fd, int vcpu_fd)
{
    if (sandbox->machine_count < SANDBOX_MACHINES) {
        sandbox->machines[sandbox->machine_count].vm_fd = vm_fd;
        sandbox->machines[sandbox->machine_count++].vcpu_fd = vcpu_fd;
    }
}

void sandbox_add_output(struct sandbox *sandbox, const struct output *output)
{
    if (output && output->stream && sandbox->output_count < SANDBOX_OUTPUTS)
        sandbox->outputs[sandbox->output_count++] = output;
}

int sandbox_open_directory(const struct output *output)
{
    const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    const char *slash = strrchr(output->path, '/');
    char *name;
    int fd;

    if (!slash)
        return open(".", flags);
    name = strndup(output->path, (size_t)(slash - output->path) + 1);
    fd = name ? open(name, flags) : -1;
    free(name);
    return fd;
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

/* Has jansson read its random seed and the streams allocate their buffers, which they ask the
 * kernel about, while they may. */
static void prepare_streams(const struct sandbox *sandbox)
{
    if (sandbox->json)
        json_object_seed(0);
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    for (size_t i = 0; i < sandbox->output_count; i++)
        setvbuf(sandbox->outputs[i]->stream, NULL, _IOFBF, BUFSIZ);
}

int sandbox_enter(const struct sandbox *sandbox, enum sandbox_mode mode, FILE *report,
                  struct error *error)
{
    struct sandbox_notes notes;
    int result = 0;

    if (mode == SANDBOX_OFF)
        return 0;
    prepare_streams(sandbox);
    for (int layer = 0; layer < SANDBOX_LAYERS && result >= 0; layer++)
        result =
            sandbox_enter_layer(sandbox, (enum sandbox_layer)layer, &notes.layers[layer], error);
    for (int layer = 0; layer < SANDBOX_LAYERS && result >= 0 && mode == SANDBOX_REPORT; layer++)
        fprintf(report, "sandbox: %-13s %-4s %s\n", sandbox_layer_names[layer],
                notes.layers[layer].enforced ? "on" : "none", notes.layers[layer].text);
    return result < 0 ? result : 0;
}
