/* The table that finds the engines by number, and the note from which the VMM learns of it. */
#include "guest/engines.h"

engine_run *const engines_table[ENGINE_COUNT] = {
#define X(id, name, technique) name##_run,
    ABI_ENGINES(X)
#undef X
};

struct abi_counters engines_counters;

extern const char ring0_fault_stubs[];
void jobs_main(enum transport transport, uint32_t placed);

/* An ELF note as the System V gABI lays it out: sizes, type, padded name, descriptor. */
struct note {
    uint32_t name_size;
    uint32_t descriptor_size;
    uint32_t type;
    char name[(sizeof(ABI_NOTE_NAME) + 3) & ~3u];
    struct {
        uint32_t version;
        uint32_t engine_count;
        const char *fault_stubs;
        void (*ring3_entry)(enum transport transport, uint32_t placed);
        engine_run *const *engines;
        struct abi_counters *counters;
    } __attribute__((packed, aligned(4))) descriptor;
};

_Static_assert(sizeof(((struct note *)0)->descriptor) == sizeof(struct abi_note), "abi_note");

__attribute__((section(".note.babyvisor"), used, aligned(4))) static const struct note note = {
    .name_size = sizeof(ABI_NOTE_NAME),
    .descriptor_size = sizeof(struct abi_note),
    .type = ABI_NOTE_TYPE,
    .name = ABI_NOTE_NAME,
    .descriptor =
        {
            .version = ABI_VERSION,
            .engine_count = ENGINE_COUNT,
            .fault_stubs = ring0_fault_stubs,
            .ring3_entry = jobs_main,
            .engines = engines_table,
            .counters = &engines_counters,
        },
};
