/* What this host is itself: a virtual machine, an emulated one, a container. */
#include "observe/host.h"

#include <cpuid.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crc64.h"
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

const char *host_cpu(char out[HOST_CPU])
{
    unsigned features[5] = {0}, a = 0, b = 0, c = 0, d = 0, signature = 0;
    char vendor[13] = "";

    __get_cpuid(0, &a, &b, &c, &d);
    memcpy(vendor, &b, 4);
    memcpy(vendor + 4, &d, 4);
    memcpy(vendor + 8, &c, 4);
    for (char *letter = vendor; *letter; letter++)
        if (!isalnum((unsigned char)*letter))
            *letter = '_';
    __get_cpuid(1, &signature, &b, &features[0], &features[1]);
    __get_cpuid_count(7, 0, &a, &features[2], &features[3], &features[4]);
    snprintf(out, HOST_CPU, "%s-%x-%016" PRIx64, vendor, signature,
             crc64(0, features, sizeof(features)));
    return out;
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
