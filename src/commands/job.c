/* `job`: writes the job that the guest image takes from its RAM disk when QEMU boots it. */
#include <string.h>

#include "base/output.h"
#include "commands/commands.h"
#include "commands/operands.h"
#include "measure/qemu_job.h"

static int job(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    struct pvh_module module;
    struct output output;
    size_t size;
    int result = operands_read(settings, 0, &program, error);

    if (result < 0)
        return result;
    size = qemu_job(&module, &program.state, settings->config.engine, settings->limit);
    if (!settings->output || strcmp(settings->output, "-") == 0) {
        fwrite(&module, 1, size, out);
        return 0;
    }
    result = output_open(&output, settings->output, error);
    if (result < 0)
        return result;
    fwrite(&module, 1, size, output.stream);
    return output_commit(&output, error);
}

static const struct accepted accepts[] = {
    {.id = OPTION_OUTPUT}, {.id = OPTION_ENGINE}, {.id = OPTION_LIMIT}, {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN}, {.id = OPTION_SET},    {.id = OPTION_END},
};

const struct command command_job = {
    .name = "job",
    .operands = "[PROGRAM]",
    .summary = "Write a program as the RAM disk for the guest under QEMU",
    .text = "The guest image also boots under QEMU, by PVH, and takes its job from the initial RAM "
            "disk. The manual page shows the command line of QEMU that goes with it.\n",
    .max_operands = 1,
    .accepts = accepts,
    .run = job,
};
