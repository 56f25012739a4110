/* What this host is itself: a virtual machine, an emulated one, a container. */
#ifndef OBSERVE_HOST_H
#define OBSERVE_HOST_H

#include <stdbool.h>
#include <stddef.h>

#define HOST_CPU 64

/* Whether this host is itself a virtual machine: the hypervisor's CPUID signature, escaped, in out
 * (at least 64 bytes), or "" if the CPU names none. */
const char *host_hypervisor(char *out, size_t size);

/* What this processor is to a guest that goes on elsewhere, as one word: vendor, family, model and
 * stepping, and a check of its features (SDM vol. 2, CPUID 0, 1, 7). Equal words are equal
 * processors. */
const char *host_cpu(char out[HOST_CPU]);

/* Whether this is a container, by the marks that Docker, Podman, LXC and systemd leave. */
bool host_is_container(void);

/* Which emulator this CPU is, so that times are its own and no CPU's: "QEMU" if CPUID says that it
 * is QEMU's TCG, otherwise what the environment has as BABYVISOR_EMULATOR, escaped, in out (at
 * least 64 bytes); "" for neither. */
const char *host_emulator(char *out, size_t size);

#endif
