/* Writes plain_filter.c: the filter of a plain run, as libseccomp makes it. */
#include <stdio.h>

#include "sandbox/filter.h"

/* What is to be made. */
const struct sock_filter filter_plain[1];
const unsigned short filter_plain_count;

static void print(FILE *file)
{
    struct sock_filter step;

    printf("/* Made by make_filter.c. */\n#include \"sandbox/filter.h\"\n\nconst struct "
           "sock_filter filter_plain[] = {\n");
    while (fread(&step, sizeof(step), 1, file) == 1)
        printf("    {0x%x, %u, %u, 0x%x},\n", step.code, step.jt, step.jf, step.k);
    printf("};\n\nconst unsigned short filter_plain_count =\n"
           "    sizeof(filter_plain) / sizeof(filter_plain[0]);\n");
}

int main(void)
{
    const struct sandbox plain = {
        .machines = {{.vcpu_fd = FILTER_PLAIN_VCPU, .stats = KERNEL_STATS_CLOSED}},
        .machine_count = 1,
    };
    int result;
    scmp_filter_ctx filter = filter_make(&plain, &result);
    FILE *file = tmpfile();

    if (!filter || !file || seccomp_export_bpf(filter, fileno(file)) < 0 ||
        fseek(file, 0, SEEK_SET) < 0)
        return 1;
    print(file);
    seccomp_release(filter);
    return ferror(file) || fclose(file) < 0 || fflush(stdout) < 0;
}
