/* The two port instructions of ring 3. */
#ifndef GUEST_IO_H
#define GUEST_IO_H

#include <stdint.h>

/* Memory is clobbered: the VMM reads and writes guest memory during the exit. */
static inline void io_out(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "d"(port) : "memory");
}

static inline uint32_t io_in(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "d"(port) : "memory");
    return value;
}

#endif
