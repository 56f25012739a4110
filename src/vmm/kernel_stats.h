/* The kernel's own counters of a VM and its vCPU, through KVM_GET_STATS_FD. */
#ifndef VMM_KERNEL_STATS_H
#define VMM_KERNEL_STATS_H

#include <stddef.h>
#include <stdint.h>

/* One counter that is not zero; its name is the kernel's, the source says whose it is. */
struct kernel_stat {
    const char *source; /* "vm" or "vcpu" */
    char name[48];
    uint64_t value;
};

/* Reads the counters behind vm_fd and vcpu_fd that are not zero into a list, at most max, and
 * returns how many, or -errno: -ENOTSUP where the kernel offers none (api.rst, 4.133). Histograms
 * are left out. A new VM's counters begin at zero, so these are the ones that have changed. */
int kernel_stats_read(int vm_fd, int vcpu_fd, struct kernel_stat *list, size_t max);

#endif
