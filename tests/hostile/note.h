/* The note of a hostile image, in the place of guest/engines.c: right but for what is defined
 * before this is included. */
#ifndef HOSTILE_NOTE_H
#define HOSTILE_NOTE_H

#include "hostile.h"

void ring0_entry(void);
extern const char ring0_fault_stubs[];

#ifndef NOTE_VERSION
#define NOTE_VERSION ABI_VERSION
#endif
#ifndef NOTE_SIZE
#define NOTE_SIZE sizeof(struct abi_note)
#endif
#ifndef NOTE_ENGINE_COUNT
#define NOTE_ENGINE_COUNT ENGINE_COUNT
#endif
#ifndef NOTE_FAULT_STUBS
#define NOTE_FAULT_STUBS ring0_fault_stubs
#endif
#ifndef NOTE_RING3_ENTRY
#define NOTE_RING3_ENTRY jobs_main
#endif
#ifndef NOTE_ENGINES
#define NOTE_ENGINES engines_table
#endif
#ifndef NOTE_COUNTERS
#define NOTE_COUNTERS &engines_counters
#endif

const uint64_t engines_table[ENGINE_COUNT];
struct abi_counters engines_counters;

__attribute__((section(".note.babyvisor"), used, aligned(4))) static const struct {
    uint32_t name_size;
    uint32_t descriptor_size;
    uint32_t type;
    char name[(sizeof(ABI_NOTE_NAME) + 3) & ~3u];
    uint32_t version;
    uint32_t engine_count;
    const void *fault_stubs;
    const void *ring3_entry;
    const void *engines;
    const void *counters;
} __attribute__((packed)) note = {
    sizeof(ABI_NOTE_NAME), NOTE_SIZE,        ABI_NOTE_TYPE,    ABI_NOTE_NAME, NOTE_VERSION,
    NOTE_ENGINE_COUNT,     NOTE_FAULT_STUBS, NOTE_RING3_ENTRY, NOTE_ENGINES,  NOTE_COUNTERS,
};

void jobs_main(enum transport transport)
{
    (void)transport;
}

#endif
