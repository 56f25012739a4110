/* What to do where there is no KVM that may be used. */
#include "observe/advice.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "observe/host.h"

#define GROUPS "/etc/group"

static void copy_name(char *out, size_t size, const char *name)
{
    error_escape(out, size, name ? name : "", name ? strlen(name) : 0);
}

/* The group that may read and write the device, and whether the user is in it. Not by getgrgid(),
 * which loads libraries. */
static void find_group(struct advice_facts *facts)
{
    struct stat status;
    struct group *group = NULL;
    FILE *file;

    if (stat(KVM_DEVICE, &status) < 0 || status.st_gid == 0 ||
        (status.st_mode & (S_IRGRP | S_IWGRP)) != (S_IRGRP | S_IWGRP))
        return;
    file = fopen(GROUPS, "re");
    while (file && (group = fgetgrent(file)) && group->gr_gid != status.st_gid)
        continue;
    if (group) {
        copy_name(facts->group, sizeof(facts->group), group->gr_name);
        for (char **member = group->gr_mem; *member; member++)
            facts->is_in_group |= strcmp(*member, facts->user) == 0;
    }
    if (file)
        fclose(file);
}

void advice_gather(struct advice_facts *facts, int code)
{
    char hypervisor[64];

    *facts = (struct advice_facts){
        .code = code,
        .cpu = kvm_cpu_kind(),
        .loaded = kvm_kind(),
        .is_container = host_is_container(),
        .is_virtual = host_hypervisor(hypervisor, sizeof(hypervisor))[0] != '\0',
    };
    copy_name(facts->user, sizeof(facts->user), getenv("USER"));
    find_group(facts);
}

static const char *module_of(enum kvm_kind cpu)
{
    return cpu == KVM_KIND_AMD_V ? "kvm_amd" : "kvm_intel";
}

/* There is no device. */
static void advise_on_absence(const struct advice_facts *facts, char *out, size_t size)
{
    if (facts->is_container)
        snprintf(
            out, size,
            "this is a container: start it with --device=/dev/kvm, or whatever passes the host's "
            "device on%s",
            facts->loaded == KVM_KIND_UNKNOWN ? ", and load KVM on its host" : "");
    else if (facts->loaded != KVM_KIND_UNKNOWN)
        snprintf(out, size,
                 "KVM's module is loaded, so /dev lacks the node: use the host's /dev, or make it "
                 "with `mknod -m 660 /dev/kvm c 10 232`");
    else if (facts->cpu == KVM_KIND_UNKNOWN && facts->is_virtual)
        snprintf(out, size,
                 "this is a virtual machine whose CPU has neither VT-x nor AMD-V: have nested "
                 "virtualization turned on for it, or take a machine that has it");
    else if (facts->cpu == KVM_KIND_UNKNOWN)
        snprintf(out, size,
                 "this CPU has neither VT-x nor AMD-V, or the firmware hides it: look for "
                 "virtualization in the firmware's settings");
    else
        snprintf(out, size, "load its module with `modprobe %s`; if that fails, %s",
                 module_of(facts->cpu),
                 facts->is_virtual ? "have nested virtualization turned on for this virtual machine"
                                   : "turn on virtualization in the firmware's settings");
}

/* There is one, which this user may not open. */
static void advise_on_permission(const struct advice_facts *facts, char *out, size_t size)
{
    const char *user = facts->user[0] ? facts->user : "$USER";

    if (facts->code == EPERM)
        snprintf(out, size, "%s",
                 facts->is_container
                     ? "this is a container that may not use it: start it with --device=/dev/kvm"
                     : "a control group or security module forbids it to this process");
    else if (facts->group[0] && facts->is_in_group)
        snprintf(out, size,
                 "you are in its group since you logged in: log in again, or `newgrp %s`",
                 facts->group);
    else if (facts->group[0])
        snprintf(out, size, "join its group with `adduser %s %s` and log in again", user,
                 facts->group);
    else
        snprintf(out, size,
                 "only its owner may use it: as root, `chgrp kvm /dev/kvm && chmod 660 /dev/kvm`, "
                 "and `adduser %s kvm`%s",
                 user, facts->is_container ? "; or have the container started so" : "");
}

const char *advice_text(const struct advice_facts *facts, char *out, size_t size)
{
    out[0] = '\0';
    switch (facts->code) {
    case ENOENT:
    case ENODEV:
    case ENXIO:
        advise_on_absence(facts, out, size);
        break;
    case EACCES:
    case EPERM:
        advise_on_permission(facts, out, size);
        break;
    case EBUSY:
        snprintf(out, size,
                 "another hypervisor, such as VirtualBox or VMware, has taken the CPU's "
                 "virtualization: end its machines, or unload its modules");
        break;
    default:
        break;
    }
    return out;
}
