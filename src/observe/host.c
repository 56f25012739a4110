/* What this host is itself: a virtual machine, an emulated one, a container. */
#include "observe/host.h"

#include <cpuid.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

#define CPUID_1_ECX_HYPERVISOR (1u << 31)

const char *host_hypervisor(char *out, size_t size)
{
    unsigned a, b, c = 0, d;
    char signature[12];

    out[0] = '\0';
    __get_cpuid(1, &a, &b, &c, &d);
    if (!(c & CPUID_1_ECX_HYPERVISOR))
        return out;
    __cpuid(0x40000000, a, b, c, d);
    memcpy(signature, &b, 4);
    memcpy(signature + 4, &c, 4);
    memcpy(signature + 8, &d, 4);
    return error_escape(out, size, signature, strnlen(signature, sizeof(signature)));
}

bool host_is_container(void)
{
    /* systemd's "Container Interface", and what Docker has beside it. */
    return getenv("container") || access("/run/systemd/container", F_OK) == 0 ||
           access("/run/.containerenv", F_OK) == 0 || access("/.dockerenv", F_OK) == 0;
}

const char *host_emulator(char *out, size_t size)
{
    const char *named = getenv("BABYVISOR_EMULATOR");

    if (strcmp(host_hypervisor(out, size), "TCGTCGTCGTCG") == 0)
        named = "QEMU";
    return error_escape(out, size, named ? named : "", named ? strlen(named) : 0);
}
