/* What `debug` and `panel` have open while somebody sits at them. */
#include "commands/desk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/operands.h"
#include "sandbox/sandbox.h"
#include "vmm/kvm.h"

/* Of CPU, for a session that people sit at. */
#define SESSION_SECONDS (7 * 24 * 3600)

static int fetch_programs(struct desk *desk, const struct settings *settings, const char *command,
                          struct error *error)
{
    int result = 0;

    for (int i = 0; i < settings->operand_count; i++)
        if (strcmp(settings->operands[i], "-") == 0)
            return error_set(error, STATUS_USAGE, EINVAL,
                             "%s: standard input has the commands, so PROGRAM must be a file",
                             command);
    desk->count = settings->operand_count ? settings->operand_count : 1;
    desk->programs = calloc((size_t)desk->count, sizeof(*desk->programs));
    if (!desk->programs)
        return error_memory(error);
    for (int i = 0; i < desk->count && result == 0; i++)
        result = operands_fetch(settings, i, &desk->programs[i], error);
    return result;
}

int desk_open(struct desk *desk, const struct settings *settings, const char *command,
              struct error *error)
{
    int result = options_check_transport(settings, command,
                                         settings->config.backend == BACKEND_NATIVE, error);

    if (result == 0)
        result = fetch_programs(desk, settings, command, error);
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

int desk_confine(struct desk *desk, const struct settings *settings, bool terminal, FILE *report,
                 struct error *error)
{
    struct sandbox sandbox = {
        .timers = true,
        .reads_input = true,
        .has_terminal = terminal,
        .prints_much = true,
        .seconds = SESSION_SECONDS,
    };
    int result;

    kvm_kind();
    machine_confine(desk->machine, &sandbox);
    sandbox_add_output(&sandbox, &desk->save);
    sandbox_add_output(&sandbox, &desk->picture);
    result = sandbox_enter(&sandbox, settings->sandbox, report, error);
    if (result == 0)
        result = operands_parse_all(settings, desk->programs, (size_t)desk->count, error);
    machine_disarm();
    return result;
}

struct console desk_sit(struct desk *desk, const struct settings *settings)
{
    session_begin(&desk->session, desk->machine, &desk->programs[0].state);
    return (struct console){
        .session = &desk->session,
        .config = &settings->config,
        .programs = desk->programs,
        .program_count = desk->count,
        .save = &desk->save,
        .picture = &desk->picture,
        .format = settings->to,
    };
}

void desk_close(struct desk *desk)
{
    machine_close(desk->machine);
    if (desk->save.stream)
        output_abandon(&desk->save);
    if (desk->picture.stream)
        output_abandon(&desk->picture);
    operands_drop(desk->programs, (size_t)desk->count);
    if (!desk->machine)
        machine_disarm();
}
