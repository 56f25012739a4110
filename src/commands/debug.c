/* `debug`: a program step by step, forward and back, by commands from standard input. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/lines.h"
#include "commands/commands.h"
#include "commands/desk.h"

#define PROMPT "baby> "

/* Reads commands and carries them out, up to the end; returns 0, or -errno with text. */
static int converse(struct console *console, bool interactive, struct error *error)
{
    static struct lines lines = {.fd = STDIN_FILENO};
    char *line = NULL;
    int result = 0;

    do {
        if (interactive)
            fputs(PROMPT, console->out);
        if (fflush(console->out) != 0)
            break;
        result = lines_next(&lines, &line);
        if (result == -E2BIG) {
            fprintf(console->out, "error: a line is longer than %d bytes\n", LINES_LONGEST - 1);
            console->failed++;
        } else if (result < 0) {
            return error_set(error, STATUS_IO, -result, "standard input: %s", strerror(-result));
        } else if (line) {
            result = console_do(console, line, error);
        } else {
            break;
        }
    } while ((result == 0 || result == -E2BIG) && !console->quit);
    if (interactive && !line && result == 0)
        fputc('\n', console->out);
    return result == -E2BIG ? 0 : result;
}

static int debug(struct desk *desk, const struct settings *settings, bool interactive, FILE *out,
                 struct error *error)
{
    struct console console = desk_sit(desk, settings);
    int result;

    console.out = out;
    result = converse(&console, interactive, error);
    if (result == 0 && console.failed && !interactive)
        return error_set(error, STATUS_DATA, EINVAL, "debug: %u of the commands failed",
                         console.failed);
    return result;
}

static int debug_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct desk desk;
    const bool interactive = isatty(STDIN_FILENO);
    int result;

    desk = (struct desk){.count = 0};
    result = desk_open(&desk, settings, "debug", error);
    if (result == 0 && interactive)
        interrupt_catch(SIGINT);
    if (result == 0)
        result = desk_confine(&desk, settings, false, stderr, error);
    if (result == 0)
        result = debug(&desk, settings, interactive, out, error);
    desk_close(&desk);
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},
    {.id = OPTION_ENGINE, .initial = "leap"},
    {.id = OPTION_TRANSPORT},
    {.id = OPTION_GUEST},
    {.id = OPTION_TIMEOUT, .help = "end each command that runs after this time"},
    {.id = OPTION_OUTPUT, .help = "the file that `save` writes"},
    {.id = OPTION_TO, .initial = "state", .help = "format of what `save` writes"},
    {.id = OPTION_PICTURE, .help = "the file that `picture` draws the store in"},
    {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN},
    {.id = OPTION_SET},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_debug = {
    .name = "debug",
    .operands = "[PROGRAM]...",
    .summary = "Step through a program, forward and back, by commands from standard input",
    .text =
        "PROGRAM is as for `run`; without it the one of 1948 is loaded. Each line is a command and "
        "gets an answer, of one line unless it is a list. `help` lists the commands, which also "
        "have the names that SIMH and gdb give them. At a terminal, Ctrl-C ends a command that "
        "runs. Files are opened at the start, since the sandbox opens none: further programs are "
        "for `load`, --output is for `save`. In a script, commands that fail make the status 65.\n",
    .max_operands = DESK_PROGRAMS,
    .accepts = accepts,
    .run = debug_command,
};
