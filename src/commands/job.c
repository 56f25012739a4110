/* `job`: writes the job that the guest image takes from its RAM disk when QEMU boots it. */
#include "commands/commands.h"
#include "commands/operands.h"
#include "measure/qemu_job.h"

static int job(const struct settings *settings, FILE *out, struct error *error)
{
    struct program program;
    struct pvh_module module;
    struct output output;
    size_t size;
    int result = operands_convert(settings, &program, &output, error);

    if (result < 0)
        return result;
    size = qemu_job(&module, &program.state, settings->config.engine, settings->limit);
    fwrite(&module, 1, size, output.stream ? output.stream : out);
    return output.stream ? output_commit(&output, error) : 0;
}

static const struct accepted accepts[] = {
    {.id = OPTION_OUTPUT}, {.id = OPTION_ENGINE}, {.id = OPTION_LIMIT},   {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN}, {.id = OPTION_SET},    {.id = OPTION_SANDBOX}, {.id = OPTION_END},
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
