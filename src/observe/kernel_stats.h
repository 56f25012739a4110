/* The kernel's own counters of a VM and its vCPU, through KVM_GET_STATS_FD. */
#ifndef OBSERVE_KERNEL_STATS_H
#define OBSERVE_KERNEL_STATS_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

/* One counter that is not zero; its name is the kernel's, the source says whose it is. */
struct kernel_stat {
    const char *source; /* "vm" or "vcpu" */
    char name[48];
    uint64_t value;
};

/* Where the counters of a VM and of its vCPU are read: descriptors, or -errno. */
struct kernel_stats {
    int vm_fd, vcpu_fd;
};

/* None is open. */
#define KERNEL_STATS_CLOSED                                                                        \
    {                                                                                              \
        -ENOTSUP, -ENOTSUP                                                                         \
    }

/* Opens both (api.rst, 4.133, KVM_GET_STATS_FD). They stay what they are when vm_fd and vcpu_fd are
 * closed, and keep the VM in being until kernel_stats_close(). What fails is kept in *stats for
 * kernel_stats_read() to return: -ENOTSUP where the kernel offers none. */
void kernel_stats_open(struct kernel_stats *stats, int vm_fd, int vcpu_fd);

/* Reads the counters that are not zero into a list, at most max, and returns how many, or -errno:
 * of opening them, or of reading. Histograms are left out. A new VM's counters begin at zero, so
 * these are the ones that have changed. Only calls pread(2) of the two descriptors. */
int kernel_stats_read(const struct kernel_stats *stats, struct kernel_stat *list, size_t max);

void kernel_stats_close(struct kernel_stats *stats);

#endif
