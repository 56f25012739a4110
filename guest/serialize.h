/* Makes the CPU forget what it has fetched. */
#ifndef GUEST_SERIALIZE_H
#define GUEST_SERIALIZE_H

/* Code that was written at one address and is executed at another needs a serializing instruction
 * in between (SDM vol. 3, 9.1.3; APM vol. 2, 7.6.1). CPUID would leave the guest; IRET, back to
 * here, does not, and is allowed in ring 3. The frame is pushed below the red zone. */
static inline void serialize(void)
{
    unsigned long frame, scratch;

    __asm__ volatile("movq %%rsp, %0\n\t"
                     "leaq -128(%%rsp), %%rsp\n\t"
                     "movl %%ss, %k1\n\t"
                     "pushq %1\n\t"
                     "pushq %0\n\t"
                     "pushfq\n\t"
                     "movl %%cs, %k1\n\t"
                     "pushq %1\n\t"
                     "leaq 1f(%%rip), %1\n\t"
                     "pushq %1\n\t"
                     "iretq\n"
                     "1:"
                     : "=&r"(frame), "=&r"(scratch)
                     :
                     : "memory", "cc");
}

#endif
