/* What a hostile guest is made of: one property each, in the place of the job loop. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "abi.h"
#include "ports.h"

/* Entered in ring 3 like the job loop of the real guest. A guest that gets past its own misdeed
 * returns to address 0, which is a page fault that the test does not expect. */
void jobs_main(enum transport transport);

#define HOSTILE_JOB_PAGE ((struct abi_job_page *)(ABI_BASE + ABI_JOB_PAGE))

/* Turns a guest-virtual address into a pointer without the compiler guessing what is there. */
static inline volatile uint32_t *hostile_at(uint64_t gva)
{
    __asm__("" : "+r"(gva));
    return (volatile uint32_t *)gva;
}

#endif
