/* `debug`: a program step by step, forward and back, by commands from standard input. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/lines.h"
#include "base/output.h"
#include "commands/commands.h"
#include "commands/operands.h"
#include "debug/console.h"
#include "sandbox/sandbox.h"
#include "vmm/kvm.h"

#define PROGRAMS_MAX 16
#define PROMPT       "baby> "

/* Of CPU, for a session that people sit at. */
#define SESSION_SECONDS (7 * 24 * 3600)

/* What a session has open. */
struct desk {
    struct program *programs;
    int count;
    struct output save, picture;
    struct machine *machine;
    bool interactive;
};

static int fetch_programs(struct desk *desk, const struct settings *settings, struct error *error)
{
    int result = 0;

    for (int i = 0; i < settings->operand_count; i++)
        if (strcmp(settings->operands[i], "-") == 0)
            return error_set(error, STATUS_USAGE, EINVAL,
                             "debug: standard input has the commands, so PROGRAM must be a file");
    desk->count = settings->operand_count ? settings->operand_count : 1;
    desk->programs = calloc((size_t)desk->count, sizeof(*desk->programs));
    if (!desk->programs)
        return error_memory(error);
    for (int i = 0; i < desk->count && result == 0; i++)
        result = operands_fetch(settings, i, &desk->programs[i], error);
    return result;
}

static int open_desk(struct desk *desk, const struct settings *settings, struct error *error)
{
    int result = fetch_programs(desk, settings, error);

    if (result == 0)
        result = machine_limit(&settings->config, error);
    if (result == 0 && settings->output)
        result = output_open(&desk->save, settings->output, error);
    if (result == 0 && settings->picture)
        result = output_open(&desk->picture, settings->picture, error);
    if (result == 0)
        result = machine_open(&desk->machine, &settings->config, error);
    return result;
}

static int confine(struct desk *desk, const struct settings *settings, struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .reads_input = true,
        .prints_much = true,
        .seconds = SESSION_SECONDS,
    };
    int result;

    desk->interactive = isatty(STDIN_FILENO);
    if (desk->interactive)
        interrupt_catch(SIGINT);
    kvm_kind();
    machine_confine(desk->machine, &sandbox);
    sandbox_add_output(&sandbox, &desk->save);
    sandbox_add_output(&sandbox, &desk->picture);
    result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);
    if (result == 0)
        result = operands_parse_all(settings, desk->programs, (size_t)desk->count, error);
    machine_disarm();
    return result;
}

/* Reads commands and carries them out, up to the end; returns 0, or -errno with text. */
static int converse(struct desk *desk, struct console *console, struct error *error)
{
    static struct lines lines = {.fd = STDIN_FILENO};
    char *line = NULL;
    int result = 0;

    do {
        if (desk->interactive)
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
    if (desk->interactive && !line && result == 0)
        fputc('\n', console->out);
    return result == -E2BIG ? 0 : result;
}

static int debug(struct desk *desk, const struct settings *settings, FILE *out, struct error *error)
{
    static struct session session;
    struct console console = {
        .session = &session,
        .config = &settings->config,
        .programs = desk->programs,
        .program_count = desk->count,
        .save = &desk->save,
        .picture = &desk->picture,
        .format = settings->to,
        .out = out,
    };
    int result;

    session_begin(&session, desk->machine, &desk->programs[0].state);
    result = converse(desk, &console, error);
    if (result == 0 && console.failed && !desk->interactive)
        return error_set(error, STATUS_DATA, EINVAL, "debug: %u of the commands failed",
                         console.failed);
    return result;
}

static int debug_command(const struct settings *settings, FILE *out, struct error *error)
{
    struct desk desk = {0};
    int result = open_desk(&desk, settings, error);

    if (result == 0)
        result = confine(&desk, settings, error);
    if (result == 0)
        result = debug(&desk, settings, out, error);
    machine_close(desk.machine);
    if (desk.save.stream)
        output_abandon(&desk.save);
    if (desk.picture.stream)
        output_abandon(&desk.picture);
    operands_drop(desk.programs, (size_t)desk.count);
    if (!desk.machine)
        machine_disarm();
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
        "gets a line of answer. `help` lists the commands, which also have the names that SIMH "
        "and gdb give them. At a terminal, Ctrl-C ends a command that runs. Files are opened at "
        "the start, since the sandbox opens none: further programs are for `load`, --output is "
        "for `save`. In a script, commands that fail make the status 65.\n",
    .max_operands = PROGRAMS_MAX,
    .accepts = accepts,
    .run = debug_command,
};
