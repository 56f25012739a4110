/* The command table. */
#include "commands/commands.h"

#include <string.h>

const struct command *const commands_table[] = {
    &command_run,       &command_panel,      &command_debug,
    &command_snapshot,  &command_clone,      &command_receive,
    &command_batch,     &command_sweep,      &command_exits,
    &command_compare,   &command_transports, &command_verify,
    &command_translate, &command_convert,    &command_job,
    &command_doctor,    &command_sandbox,    NULL,
};

const struct command *commands_find(const char *name)
{
    for (const struct command *const *command = commands_table; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}
