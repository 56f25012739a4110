/* The two port instructions of ring 3. */
#ifndef GUEST_PORTS_H
#define GUEST_PORTS_H

#include <stdint.h>

/* Memory is clobbered: the VMM reads and writes guest memory during the exit. */
static inline void ports_out(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "d"(port) : "memory");
}

static inline uint32_t ports_in(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "d"(port) : "memory");
    return value;
}

#endif
