/* The kernel's own counters of a VM and its vCPU, through KVM_GET_STATS_FD. */
#include "observe/kernel_stats.h"

#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DESCRIPTORS_MAX 4096

static int read_at(int fd, void *to, size_t size, uint64_t offset)
{
    ssize_t got = pread(fd, to, size, (off_t)offset);

    if (got < 0)
        return -errno;
    return (size_t)got == size ? 0 : -EIO;
}

/* One descriptor of the list: its value, if it is one number and not zero. */
static int read_one(int fd, const struct kvm_stats_header *header, const char *descriptors,
                    uint32_t index, struct kernel_stat *stat)
{
    const size_t stride = sizeof(struct kvm_stats_desc) + header->name_size;
    struct kvm_stats_desc descriptor;
    int result;

    memcpy(&descriptor, descriptors + index * stride, sizeof(descriptor));
    stat->value = 0;
    if (descriptor.size != 1)
        return 0;
    result = read_at(fd, &stat->value, sizeof(stat->value),
                     (uint64_t)header->data_offset + descriptor.offset);
    if (result == 0 && stat->value)
        snprintf(stat->name, sizeof(stat->name), "%.*s", (int)header->name_size,
                 descriptors + index * stride + sizeof(descriptor));
    return result;
}

static int read_source(int fd, const char *source, struct kernel_stat *list, size_t max)
{
    struct kvm_stats_header header;
    char *descriptors = NULL;
    size_t size;
    int count = 0;
    int result = read_at(fd, &header, sizeof(header), 0);

    if (result < 0)
        return result;
    if (header.num_desc > DESCRIPTORS_MAX || header.name_size > 1024)
        return -EPROTO;
    size = header.num_desc * (sizeof(struct kvm_stats_desc) + header.name_size);
    descriptors = malloc(size ? size : 1);
    if (!descriptors)
        return -ENOMEM;
    result = read_at(fd, descriptors, size, header.desc_offset);
    for (uint32_t i = 0; i < header.num_desc && result == 0 && (size_t)count < max; i++) {
        list[count].source = source;
        result = read_one(fd, &header, descriptors, i, &list[count]);
        if (result == 0 && list[count].value)
            count++;
    }
    free(descriptors);
    return result < 0 ? result : count;
}

static int open_one(int fd)
{
    int stats = ioctl(fd, KVM_GET_STATS_FD, NULL);

    if (stats >= 0)
        return stats;
    return errno == ENOTTY || errno == EINVAL ? -ENOTSUP : -errno;
}

void kernel_stats_open(struct kernel_stats *stats, int vm_fd, int vcpu_fd)
{
    stats->vm_fd = open_one(vm_fd);
    stats->vcpu_fd = open_one(vcpu_fd);
}

int kernel_stats_read(const struct kernel_stats *stats, struct kernel_stat *list, size_t max)
{
    const struct {
        int fd;
        const char *source;
    } sources[] = {{stats->vm_fd, "vm"}, {stats->vcpu_fd, "vcpu"}};
    int count = 0;

    for (size_t i = 0; i < 2; i++) {
        int result = sources[i].fd;

        if (result >= 0)
            result =
                read_source(sources[i].fd, sources[i].source, list + count, max - (size_t)count);
        if (result < 0)
            return result;
        count += result;
    }
    return count;
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -ENOTSUP;
}

void kernel_stats_close(struct kernel_stats *stats)
{
    close_one(&stats->vm_fd);
    close_one(&stats->vcpu_fd);
}
