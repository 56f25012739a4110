/* What this host is itself: a virtual machine, an emulated one, a container. */
#ifndef OBSERVE_HOST_H
#define OBSERVE_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* Whether this host is itself a virtual machine: the hypervisor's CPUID signature, escaped, in out
 * (at least 64 bytes), or "" if the CPU names none. */
const char *host_hypervisor(char *out, size_t size);

/* Whether this is a container, by the marks that Docker, Podman, LXC and systemd leave. */
bool host_is_container(void);

/* Which emulator this CPU is, so that times are its own and no CPU's: "QEMU" if CPUID says that it
 * is QEMU's TCG, otherwise what the environment has as BABYVISOR_EMULATOR, escaped, in out (at
 * least 64 bytes); "" for neither. */
const char *host_emulator(char *out, size_t size);

#endif
