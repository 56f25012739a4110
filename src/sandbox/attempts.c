/* Tests each layer of the sandbox by attempting what it forbids, in child processes. */
#include "sandbox/attempts.h"

#include <errno.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/acts.h"

/* With this much left to compute the limit is reached after a second. */
#define CPU_SECONDS 0.5

/* In the child: confined if asked for, makes the attempt and exits with what came of it. */
static void attempt_and_exit(const struct act *act, bool confined, struct scene scene)
{
    struct sandbox sandbox = {.seconds = CPU_SECONDS};
    struct sandbox_note note;
    struct error error;
    int result = 1;

    acts_set_scene(&scene);
    if (scene.run)
        sandbox_add_machine(&sandbox, scene.vcpu, &scene.run->immediate_exit,
                            &(struct kernel_stats)KERNEL_STATS_CLOSED);
    if (confined && (act->layer == SANDBOX_SECCOMP || act->layer == SANDBOX_LANDLOCK))
        result = sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error);
    if (confined && result > 0)
        result = sandbox_enter_layer(&sandbox, act->layer, &note, &error);
    _exit(result <= 0 ? ACTS_UNPREPARED : act->attempt(&scene));
}

static pid_t begin(const struct act *act, bool confined, const struct scene *scene)
{
    pid_t child = fork();

    if (child == 0)
        attempt_and_exit(act, confined, *scene);
    return child;
}

/* Returns how the child ended, as waitpid() says it, and in words. */
static int end(pid_t child, char *text, size_t size)
{
    int status = 0;

    if (child < 0 || waitpid(child, &status, 0) != child)
        status = ACTS_UNPREPARED << 8;
    if (WIFSIGNALED(status))
        snprintf(text, size, "SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == ACTS_UNPREPARED)
        snprintf(text, size, "-");
    else if (WEXITSTATUS(status))
        snprintf(text, size, "%s", strerrorname_np(WEXITSTATUS(status)));
    else
        snprintf(text, size, "done");
    return status;
}

static bool is_stopped(const struct act *act, int status)
{
    if (act->signal)
        return WIFSIGNALED(status) && WTERMSIG(status) == act->signal;
    return WIFEXITED(status) && WEXITSTATUS(status) == act->error;
}

static bool is_absent(enum sandbox_layer layer)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct sandbox sandbox = {.seconds = CPU_SECONDS};
        struct sandbox_note note;
        struct error error;
        int result = sandbox_enter_layer(&sandbox, SANDBOX_NO_NEW_PRIVS, &note, &error);

        if (result > 0)
            result = sandbox_enter_layer(&sandbox, layer, &note, &error);
        _exit(result == 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 1;
}

/* Both children run side by side, since one computes for a second. */
static void test(const struct act *act, bool absent, const struct scene *scene,
                 struct attempt_result *result)
{
    const pid_t free_child = begin(act, false, scene), confined_child = begin(act, true, scene);
    int without, with;

    *result = (struct attempt_result){.layer = act->layer, .act = act->name};
    without = end(free_child, result->without, sizeof(result->without));
    with = end(confined_child, result->with, sizeof(result->with));
    if (absent)
        result->verdict = ATTEMPT_ABSENT;
    else if (without != 0)
        result->verdict = ATTEMPT_UNKNOWN;
    else
        result->verdict = is_stopped(act, with) ? ATTEMPT_HOLDS : ATTEMPT_BROKEN;
}

/* A segment that goes with this process: shmctl(2), IPC_RMID. */
static int share_memory(void)
{
    int segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);

    if (segment >= 0) {
        void *attached = shmat(segment, NULL, 0);

        shmctl(segment, IPC_RMID, NULL);
        if (attached == (void *)-1)
            segment = -1;
    }
    return segment;
}

size_t attempts_all(struct attempt_result list[ATTEMPTS_MAX], attempts_look *look)
{
    const size_t count = acts_count < ATTEMPTS_MAX ? acts_count : ATTEMPTS_MAX;
    const struct scene scene = {.shared = share_memory(), .parent = getpid()};
    bool absent[SANDBOX_LAYERS];

    for (int layer = 0; layer < SANDBOX_LAYERS; layer++)
        absent[layer] = is_absent((enum sandbox_layer)layer);
    for (size_t i = 0; i < count; i++) {
        if (look)
            look(acts_table[i].name, i, count);
        test(&acts_table[i], absent[acts_table[i].layer], &scene, &list[i]);
    }
    return count;
}
