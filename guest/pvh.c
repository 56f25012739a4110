/* What the PVH entry leads to: takes the job from the initial RAM disk, runs it as often as the
 * command line says, and writes what came of it to the debug port. */
#include "guest/pvh.h"

#include "guest/jobs.h"

#define START_INFO_MAGIC 0x336ec578

/* The head of struct hvm_start_info, and struct hvm_modlist_entry: Xen, public/arch-x86/hvm/
 * start_info.h. */
struct start_info {
    uint32_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t modules;
    uint64_t module_list;
    uint64_t command_line;
};

struct start_module {
    uint64_t address;
    uint64_t size;
    uint64_t command_line;
    uint64_t reserved;
};

void pvh_main(const struct start_info *info);

static void pvh_text(const char *text)
{
    for (; *text; text++)
        __asm__ volatile("outb %0, %1" : : "a"(*text), "Nd"((uint16_t)PVH_PORT_TEXT));
}

static void pvh_number(const char *name, uint64_t number)
{
    char text[21];
    char *at = text + sizeof(text) - 1;

    *at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while (number /= 10);
    pvh_text(name);
    pvh_text(at);
}

static void pvh_word(const char *name, uint32_t word)
{
    char text[9] = "";

    for (int i = 0; i < 8; i++)
        text[i] = "0123456789abcdef"[word >> (28 - 4 * i) & 15];
    pvh_text(name);
    pvh_text(text);
}

static void pvh_exit(uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"((uint16_t)PVH_PORT_EXIT));
}

/* The address as a pointer, NULL where size bytes there are not all mapped to themselves. */
static const void *pvh_memory(uint64_t address, uint64_t size)
{
    if (address == 0 || address >= ABI_BASE || size > ABI_BASE - address)
        return NULL;
    return (const void *)(uintptr_t)address;
}

/* The job of the first module, NULL if there is none. */
static const struct abi_job *pvh_job(const struct start_info *info)
{
    const struct start_module *module = pvh_memory(info->module_list, sizeof(*module));
    const struct pvh_module *whole = NULL;

    if (info->magic != START_INFO_MAGIC || info->modules == 0 || !module)
        return NULL;
    if (module->size == sizeof(struct abi_job) || module->size == sizeof(*whole))
        whole = pvh_memory(module->address, module->size);
    if (!whole)
        return NULL;
    if (module->size == sizeof(*whole))
        __builtin_memcpy((void *)(ABI_BASE + ABI_STATIC), whole->pages, ABI_STATIC_SIZE);
    return &whole->job;
}

/* How often to run: the number that begins the command line, 1 without one. */
static uint64_t pvh_runs(const struct start_info *info)
{
    const char *at = pvh_memory(info->command_line, ABI_PAGE);
    uint64_t runs = 0;

    for (; at && *at >= '0' && *at <= '9'; at++)
        runs = 10 * runs + (uint64_t)(*at - '0');
    return runs ? runs : 1;
}

static void pvh_report(const struct abi_result *result)
{
    const struct baby *m = &result->state;

    pvh_number("babyvisor end job ", result->id);
    pvh_number(" engine ", result->engine);
    pvh_number(" stop ", result->stop);
    pvh_number(" executed ", m->executed);
    pvh_number(" ci ", m->ci);
    pvh_word(" a ", m->a);
    for (unsigned line = 0; line < ABI_LINES; line++) {
        if (line % 8 == 0)
            pvh_number("\nstore ", line);
        pvh_word(" ", m->store[line]);
    }
    pvh_text("\n");
}

void pvh_main(const struct start_info *info)
{
    const struct abi_job *job = pvh_job(info);
    const uint64_t runs = pvh_runs(info);
    struct abi_result result;

    if (!job) {
        pvh_number("babyvisor has no job: the initial RAM disk must have a size of ",
                   sizeof(struct abi_job));
        pvh_number(" or ", sizeof(struct pvh_module));
        pvh_text(" bytes\n");
        pvh_exit(PVH_EXIT_NO_JOB);
        return;
    }
    pvh_number("babyvisor begin job ", job->id);
    pvh_number(" engine ", job->engine);
    pvh_number(" runs ", runs);
    pvh_text("\n");
    for (uint64_t i = 0; i < runs; i++)
        jobs_run(&result, job);
    pvh_report(&result);
    pvh_exit(PVH_EXIT_DONE);
}
