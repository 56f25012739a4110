/* The job as a PVH loader takes it: the initial RAM disk of guest/pvh.h. */
#include "measure/qemu_job.h"

#include "base/output.h"
#include "src/machine/static_translate.h"

size_t qemu_job(struct pvh_module *module, const struct baby *start, enum engine engine,
                uint64_t limit)
{
    *module = (struct pvh_module){
        .job = {.machine = *start, .budget = limit, .engine = (uint32_t)engine},
    };
    module->job.machine.executed = 0;
    if (engine != ENGINE_STATIC)
        return sizeof(module->job);
    static_translate((struct abi_static *)(void *)module->pages, start);
    return sizeof(*module);
}

int qemu_job_write(const char *path, const struct baby *start, enum engine engine, uint64_t limit,
                   struct error *error)
{
    struct pvh_module module;
    const size_t size = qemu_job(&module, start, engine, limit);
    struct output output;
    int result = output_open(&output, path, error);

    if (result < 0)
        return result;
    fwrite(&module, 1, size, output.stream);
    return output_commit(&output, error);
}
