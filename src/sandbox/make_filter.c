/* Writes plain_filter.c: the filter of a plain run, as libseccomp makes it, but in fewer steps.
 *
 * The kernel translates a filter when it is loaded, and finds out by running it for each number
 * there is which calls it always allows (seccomp_cache_prepare() in kernel/seccomp.c): half of the
 * time that a sandbox costs a cold start. So what libseccomp compares in vain is left out, and most
 * numbers are killed by a look at the ranges that they are in. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/seccomp.h>

#include "sandbox/filter.h"

/* What is to be made. */
const struct sock_filter filter_plain[1];
const unsigned short filter_plain_count;

#define STEPS_MAX 200
#define RANGES    3 /* steps of the look at ranges */

#define LOAD   (BPF_LD | BPF_W | BPF_ABS)
#define AND    (BPF_ALU | BPF_AND | BPF_K)
#define EQUAL  (BPF_JMP | BPF_JEQ | BPF_K)
#define ABOVE  (BPF_JMP | BPF_JGT | BPF_K)
#define FROM   (BPF_JMP | BPF_JGE | BPF_K)
#define RETURN (BPF_RET | BPF_K)

#define X32 0x40000000 /* the first number of that kind of call */

static struct sock_filter steps[STEPS_MAX];
static size_t count;

static size_t if_so(size_t step)
{
    return step + 1 + steps[step].jt;
}

static size_t if_not(size_t step)
{
    return step + 1 + steps[step].jf;
}

static int is(size_t step, unsigned code, unsigned k)
{
    return step < count && steps[step].code == code && steps[step].k == k;
}

/* Three steps whose outcome is known: the upper half of an argument, of which no bit counts, is
 * compared with 0; what comes next loads something else. */
static int is_vain(size_t step)
{
    return step + 3 < count && steps[step].code == LOAD && is(step + 1, AND, 0) &&
           is(step + 2, EQUAL, 0) && if_so(step + 2) == step + 3 && steps[step + 3].code == LOAD;
}

/* The place among the steps that are left, with the look at ranges in front of step `first`; who
 * comes from before it goes there. */
static size_t place(size_t step, size_t first, int before, const char *vain)
{
    size_t place = step > first || (step == first && !before) ? RANGES : 0;

    for (size_t i = 0; i < step; i++)
        place += !vain[i];
    return place;
}

static int by_number(const void *a, const void *b)
{
    return *(const unsigned *)a < *(const unsigned *)b ? -1 : 1;
}

/* Shortens the steps in place, if they are as expected. They are where the numbers of calls are
 * compared one after the other, which begins at step `first`; each comparison that does not hold
 * leads to the next, the last one to the end. */
static void shorten(void)
{
    static struct sock_filter made[STEPS_MAX];
    static char vain[STEPS_MAX];
    unsigned numbers[STEPS_MAX];
    size_t first = 0, end, known = 0, gap = 1, length;

    while (first < count && !is(first, FROM, X32))
        first++;
    if (first == count || count + RANGES > STEPS_MAX)
        return;
    first = if_not(first);
    for (end = first; end < count && steps[end].code == EQUAL; end = if_not(end))
        numbers[known++] = steps[end].k;
    if (known < 2 || !is(end, RETURN, SECCOMP_RET_KILL_PROCESS))
        return;
    qsort(numbers, known, sizeof(numbers[0]), by_number);
    for (size_t i = 1; i < known; i++)
        if (numbers[i] - numbers[i - 1] > numbers[gap] - numbers[gap - 1])
            gap = i;
    for (size_t i = first; i < count; i++)
        if (is_vain(i))
            vain[i] = vain[i + 1] = vain[i + 2] = 1;
    length = place(count, first, 0, vain);
    for (size_t i = 0; i < count; i++) {
        const size_t to = place(i, first, 0, vain);

        if (vain[i])
            continue;
        made[to] = steps[i];
        if (BPF_CLASS(steps[i].code) == BPF_JMP) {
            made[to].jt = (unsigned char)(place(if_so(i), first, i < first, vain) - to - 1);
            made[to].jf = (unsigned char)(place(if_not(i), first, i < first, vain) - to - 1);
        }
    }
    end = place(end, first, 0, vain) - first - 1;
    made[first] = (struct sock_filter){ABOVE, (unsigned char)end, 0, numbers[known - 1]};
    made[first + 1] = (struct sock_filter){ABOVE, 0, 1, numbers[gap - 1]};
    made[first + 2] = (struct sock_filter){FROM, 0, (unsigned char)(end - 2), numbers[gap]};
    for (count = 0; count < length; count++)
        steps[count] = made[count];
}

static void print(void)
{
    printf("/* Made by make_filter.c. */\n#include \"sandbox/filter.h\"\n\nconst struct "
           "sock_filter filter_plain[] = {\n");
    for (size_t i = 0; i < count; i++)
        printf("    {0x%x, %u, %u, 0x%x},\n", steps[i].code, steps[i].jt, steps[i].jf, steps[i].k);
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
    count = fread(steps, sizeof(steps[0]), STEPS_MAX, file);
    seccomp_release(filter);
    if (count == 0 || !feof(file))
        return 1;
    shorten();
    print();
    return ferror(file) || fclose(file) < 0 || fflush(stdout) < 0;
}
