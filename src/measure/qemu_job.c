/* The job as a PVH loader takes it: the initial RAM disk of guest/pvh.h. */
#include "measure/qemu_job.h"

#include "machine/static_translate.h"

size_t qemu_job(struct pvh_module *module, const struct baby *start, enum engine engine,
                uint64_t limit)
{
    *module = (struct pvh_module){
        .job = {.state = *start, .budget = limit, .engine = (uint32_t)engine},
    };
    module->job.state.executed = 0;
    if (engine != ENGINE_STATIC)
        return sizeof(module->job);
    static_translate((struct abi_translation *)(void *)module->pages, start);
    return sizeof(*module);
}
