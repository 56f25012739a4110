/* Finds the command, runs it, prints errors and the version, and exits. */
#include <config.h>

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/error.h"
#include "base/guess.h"
#include "commands/commands.h"
#include "commands/help.h"
#include "commands/outputs.h"
#include "report/json.h"
#include "report/origin.h"
#include "report/progress.h"

/* Prints a message; each line of it that does not go on with the one before, as a source line and
 * its caret do, begins with the program's name, so that others can take it apart. */
static void print_error(const char *what, const char *text)
{
    const char *end;

    for (; *text; text = end + (*end == '\n'), what = "") {
        end = strchrnul(text, '\n');
        fprintf(stderr, "%s%s%.*s\n", text[0] == ' ' ? "" : "babyvisor: ", what, (int)(end - text),
                text);
    }
}

static void guess(struct error *error, const char *word, const char *name, const char *shown)
{
    word += strspn(word, "-");
    if (guess_is_near(word, strlen(word), name))
        error_add(error, "; is it %s?", shown);
}

/* The lists that `babyvisor help` has are meant by HELP and their name. */
static int unknown_command(const char *name, const char *help, struct error *error)
{
    char shown[64], topic[64];
    const char *list;

    error_set(error, STATUS_USAGE, EINVAL,
              "unknown command %s; `babyvisor --help` lists the commands",
              error_escape(shown, sizeof(shown), name, strlen(name)));
    for (const struct command *const *command = commands_table; *command; command++)
        guess(error, name, (*command)->name, (*command)->name);
    guess(error, name, "help", "help");
    guess(error, name, "version", "--version");
    for (size_t i = 0; (list = help_list_name(i)); i++) {
        snprintf(topic, sizeof(topic), "%s%s", help, list);
        guess(error, name, list, topic);
    }
    return -EINVAL;
}

static int help(int argc, char **argv, struct error *error)
{
    const char *topic = argc > 1 ? argv[1] : "help";
    const struct command *command = commands_find(topic);

    if (argc > 2)
        return error_set(error, STATUS_USAGE, EINVAL, "help: name one command");
    if (strcmp(topic, "help") == 0 || strcmp(topic, "--help") == 0 || strcmp(topic, "-h") == 0)
        help_program(stdout);
    else if (command)
        help_command(stdout, command);
    else if (help_values(stdout, topic) < 0)
        return unknown_command(topic, "", error);
    return 0;
}

static int run_command(const struct command *command, int argc, char **argv, struct error *error)
{
    struct settings settings;
    bool wants_help, taken;
    int result;

    origin_command(argc, argv);
    result = options_parse(&settings, command->accepts, command->max_operands, argc, argv,
                           &wants_help, error);
    if (result < 0)
        return result;
    if (wants_help) {
        help_command(stdout, command);
        return 0;
    }
    result = outputs_check(&settings, &taken, error);
    if (result < 0)
        return result;
    progress_prepare();
    json_begin();
    if (settings.json)
        origin_begin(PACKAGE_VERSION);
    settings.last = true;
    result = command->run(&settings, taken ? stderr : stdout, error);
    if (result >= 0 && taken && ferror(stderr))
        return error_set(error, STATUS_IO, EIO, "standard error: cannot write to it");
    return result;
}

static int dispatch(int argc, char **argv, struct error *error)
{
    if (argc < 2)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "no command; `babyvisor --help` lists the commands");
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts(PACKAGE_STRING);
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(1, argv, error);
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 1, argv + 1, error);

    const struct command *command = commands_find(argv[1]);

    return command ? run_command(command, argc - 1, argv + 1, error)
                   : unknown_command(argv[1], "help ", error);
}

int main(int argc, char **argv)
{
    static struct error error;

    descriptors_begin(argc, argv);

    int status = dispatch(argc, argv, &error);

    /* Nothing but the time limit interrupts what a file keeps waiting. */
    const bool interrupted = status == -EINTR;

    if (status < 0)
        status = interrupted ? STATUS_TIMEOUT : error.status;
    progress_end();
    /* First what was printed, so that the message does not come in the middle of it. */
    const bool lost = fflush(stdout) != 0 || ferror(stdout) || close(STDOUT_FILENO) < 0;
    const int code = errno;

    if (error.text[0])
        print_error(interrupted ? "time limit reached: " : "", error.text);
    if (lost) {
        fprintf(stderr, "babyvisor: %sstandard output: %s\n",
                code == EINTR ? "time limit reached: " : "", strerror(code));
        status = code == EINTR ? STATUS_TIMEOUT : STATUS_IO;
    }
    return status;
}
