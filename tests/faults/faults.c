/* Each call that a command makes of the kernel and of the C library fails, one after the other: the
 * command must say so, or do without, and leave nothing.
 *
 * Use: faults PROGRAM DIRECTORY ATLAS SNAPSHOT; the program is one of the SSEM's, the directory is
 * for files that are written, ATLAS has been written by `exits --json`, SNAPSHOT by `run
 * --snapshot`. Prints TAP. wrap.c says which calls they are. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "commands/commands.h"
#include "faults/held.h"
#include "faults/wrap.h"
#include "machine/machine.h"
#include "report/json.h"

#define WORDS_MAX 12

/* Where a word is "PROGRAM", "ATLAS", "SNAPSHOT" or begins with "DIRECTORY", what main() was given
 * stands. */
static const struct scenario {
    const struct command *command;
    bool kvm;
    bool same; /* it prints the same each time */
    const char *words[WORDS_MAX];
} scenarios[] = {
    {&command_run, true, true, {"PROGRAM", "--limit=100"}},
    {&command_run, true, false, {"--limit=9", "--stats", "--transport=words"}},
    {&command_run, true, false, {"--limit=9", "--json", "--transport=ring", "--engine=static"}},
    {&command_run, true, false, {"--limit=9", "--trace=DIRECTORY/trace.json", "--engine=dynamic"}},
    {&command_run, false, true, {"--backend=native", "--limit=100", "--engine=dynamic"}},
    {&command_run, false, true, {"--backend=native", "--limit=9", "--picture=DIRECTORY/picture"}},
    {&command_run, false, true, {"--backend=native", "--limit=9", "--save=DIRECTORY/state"}},
    {&command_run, true, true, {"--limit=9", "--snapshot=DIRECTORY/vm"}},
    {&command_snapshot, false, true, {"show", "SNAPSHOT"}},
    {&command_snapshot, false, true, {"show", "SNAPSHOT", "--json"}},
    {&command_clone, true, true, {"SNAPSHOT", "--limit=+9", "--count=2"}},
    {&command_convert, false, true, {"PROGRAM", "--to=svg", "--output=DIRECTORY/program"}},
    {&command_verify, true, false, {"--engine=dynamic", "--limit=50"}},
    {&command_verify, true, false, {"--engine=static", "--limit=50", "--json"}},
    {&command_doctor, true, false, {NULL}},
    {&command_exits, true, false, {"hlt", "--json"}},
    {&command_exits, false, true, {"--list", "--json"}},
    {&command_exits, false, true, {"--diff", "ATLAS", "ATLAS"}},
    {&command_exits, false, true, {"--diff", "--json", "ATLAS", "ATLAS"}},
};

static const char *program, *directory, *atlas, *snapshot;
static bool sanitizers;

/* What a failed command may leave: a trace, which shows how it came to fail, and what was kept. */
static bool is_clean(void)
{
    DIR *opened = opendir(directory);
    struct dirent *entry;
    bool clean = opened;

    while (opened && (entry = readdir(opened)))
        clean = clean && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
                          strcmp(entry->d_name, "trace.json") == 0 ||
                          strcmp(entry->d_name, "state") == 0 || strcmp(entry->d_name, "vm") == 0);
    if (opened)
        closedir(opened);
    return clean;
}

static void empty_directory(void)
{
    static const char *const names[] = {"trace.json", "picture", "program", "state", "vm"};
    char path[512];

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", directory, names[i]);
        remove(path);
    }
}

/* Fills argv, which ends with NULL, and returns how many words it has; text is theirs. */
static int fill_words(const struct scenario *scenario, char *argv[WORDS_MAX + 3],
                      char text[WORDS_MAX][512])
{
    static char name[] = "babyvisor", sandbox[] = "--sandbox=off";
    int argc = 1;

    argv[0] = name;
    for (int i = 0; i < WORDS_MAX && scenario->words[i]; i++) {
        const char *word = scenario->words[i];
        const char *at = strstr(word, "DIRECTORY");

        if (at)
            snprintf(text[i], sizeof(text[i]), "%.*s%s%s", (int)(at - word), word, directory,
                     at + strlen("DIRECTORY"));
        else
            snprintf(text[i], sizeof(text[i]), "%s",
                     strcmp(word, "PROGRAM") == 0    ? program
                     : strcmp(word, "ATLAS") == 0    ? atlas
                     : strcmp(word, "SNAPSHOT") == 0 ? snapshot
                                                     : word);
        argv[argc++] = text[i];
    }
    for (const struct accepted *option = scenario->command->accepts; option->id; option++)
        if (option->id == OPTION_SANDBOX)
            argv[argc++] = sandbox;
    argv[argc] = NULL;
    return argc;
}

/* Removes the line that says how long a run took. */
static void drop_times(char *printed)
{
    char *found = strstr(printed, " instructions a second; the Baby would have taken ");
    char *end = found ? strchr(found, '\n') : NULL;

    while (found && found > printed && found[-1] != '\n')
        found--;
    if (end)
        memmove(found, end + 1, strlen(end + 1) + 1);
}

/* Runs the command with the call of that number failing; returns what it does and, in *printed,
 * what it prints, which the caller frees. */
static int run(const struct scenario *scenario, unsigned long number, char **printed,
               struct error *error)
{
    char text[WORDS_MAX][512];
    char *argv[WORDS_MAX + 3];
    struct settings settings;
    bool wants_help;
    size_t size;
    FILE *out = open_memstream(printed, &size);
    int argc = fill_words(scenario, argv, text);
    int result;

    *error = (struct error){0};
    if (!out)
        exit(99);
    json_begin();
    wrap_fail(number);
    result = options_parse(&settings, scenario->command->accepts, scenario->command->max_operands,
                           argc, argv, &wants_help, error);
    if (result == 0)
        result = scenario->command->run(&settings, out, error);
    wrap_fail(0);
    machine_disarm();
    fclose(out);
    drop_times(*printed);
    return result;
}

/* Whether what the command did with that call failing is right: an error with a text and no output
 * left, or what it does without. Prints the reason if it is not. */
static bool is_right(const struct scenario *scenario, unsigned long number, int status,
                     const char *expected)
{
    struct error error;
    char *printed;
    int result = run(scenario, number, &printed, &error);
    const bool ended = result != status;
    const char *wrong = NULL;

    if (result < 0 && !error.text[0])
        wrong = "no text";
    else if (ended && (result < 0 ? (int)error.status : result) < STATUS_USAGE)
        wrong = "no status";
    else if (ended && !is_clean())
        wrong = "a file is left";
    else if (waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD)
        wrong = "a process is left";
    else if (!ended && scenario->same && strcmp(printed, expected) != 0)
        wrong = "prints something else";
    if (wrong && wrap_failed())
        printf("# call %lu, %s: %s: status %d, %s\n", number, wrap_failed(), wrong,
               result < 0 ? (int)error.status : result, error.text);
    free(printed);
    empty_directory();
    return !wrong || !wrap_failed();
}

/* Again and again with the same call failing: what leaks grows each time. */
static bool leaves_nothing(const struct scenario *scenario, unsigned long number)
{
    unsigned long held[HELD_ROUNDS][HELD_KINDS];
    char what[64];
    struct error error;

    for (int round = 0; round < HELD_ROUNDS; round++) {
        char *printed;

        run(scenario, number, &printed, &error);
        free(printed);
        empty_directory();
        held_count(held[round], !sanitizers);
    }
    snprintf(what, sizeof(what), "call %lu, %s", number, wrap_failed());
    return !held_grows(held, what);
}

/* Each call of the first ones, which set a command up; then some of those that repeat. */
static unsigned long step(unsigned long number)
{
    return number < 40 ? 1 : 1 + number / 8;
}

/* Returns whether all is well, after each call of the scenario has failed once. */
static bool try_all(const struct scenario *scenario, unsigned long *count)
{
    struct error error;
    char *expected;
    const int status = run(scenario, 0, &expected, &error);
    bool good = status >= 0;

    if (!good)
        printf("# without a fault: %s\n", error.text);
    empty_directory();
    for (unsigned long number = 1; good; number += step(number)) {
        good = is_right(scenario, number, status, expected);
        if (!wrap_failed())
            break;
        good = leaves_nothing(scenario, number) && good;
        ++*count;
    }
    free(expected);
    return good && *count > 0;
}

static void print_name(const struct scenario *scenario)
{
    printf("%s", scenario->command->name);
    for (int i = 0; i < WORDS_MAX && scenario->words[i]; i++)
        printf(" %s", scenario->words[i]);
}

int main(int argc, char **argv)
{
    const int last = sizeof(scenarios) / sizeof(scenarios[0]);
    const struct scenario boot = {&command_run, true, true, {"--limit=1"}};
    struct error no_kvm;
    char *printed;
    bool good = true;

    if (argc != 5)
        return 99;
    program = argv[1];
    directory = argv[2];
    atlas = argv[3];
    snapshot = argv[4];
#ifdef __SANITIZE_ADDRESS__
    sanitizers = true;
#endif
    if (run(&boot, 0, &printed, &no_kvm) >= 0)
        no_kvm.status = STATUS_STP;
    free(printed);
    for (int i = 0; i < last; i++) {
        const struct scenario *scenario = &scenarios[i];
        unsigned long count = 0;
        bool well = true;

        if (scenario->kvm &&
            (no_kvm.status == STATUS_NO_KVM || no_kvm.status == STATUS_PERMISSION)) {
            printf("ok %d - ", i + 1);
            print_name(scenario);
            printf(" # SKIP %s\n", no_kvm.text);
            continue;
        }
        well = try_all(scenario, &count);
        good = good && well;
        printf("%sok %d - ", well ? "" : "not ", i + 1);
        print_name(scenario);
        printf(": %lu calls\n", count);
        fflush(stdout);
    }
    printf("1..%d\n", last);
    return !good;
}
