/* Help texts, made from the tables of commands, options and values. */
#include "commands/help.h"

#include <errno.h>
#include <string.h>

#include "report/text.h"

#define NARROW 18 /* where texts begin beside names */
#define WIDE   25 /* beside options */

static const struct {
    const char *name;
    const struct choice *values;
} lists[] = {
    {"backends", config_backends},
    {"engines", config_engines},
    {"transports", config_transports},
    {"formats", formats_choices},
};

const struct help_status help_statuses[] = {
    {STATUS_STP, "stopped by STP, or done"},
    {STATUS_LIMIT, "limit of instructions reached"},
    {STATUS_CYCLE, "without a limit: the program never stops, for it is in a cycle"},
    {STATUS_USAGE, "wrong usage"},
    {STATUS_DATA, "bad program or guest image"},
    {STATUS_NO_INPUT, "no such input"},
    {STATUS_NO_KVM, "KVM not available"},
    {STATUS_INTERNAL, "internal error"},
    {STATUS_SYSTEM, "a system call failed"},
    {STATUS_IO, "input or output error"},
    {STATUS_TEMPORARY, "a run was handed over in doubt, or none came; the state is kept"},
    {STATUS_PERMISSION, "no permission"},
    {STATUS_GUEST, "guest fault or broken guest"},
    {STATUS_TIMEOUT, "time limit reached"},
    {STATUS_INTERRUPTED, "run was interrupted, and has shown its last state"},
    {STATUS_TERMINATED, "the same by SIGTERM, and has kept that state with --save"},
    {STATUS_STP, NULL},
};

/* Prints left, then text from the column `indent` on. */
static void print_entry(FILE *out, unsigned indent, const char *left, const char *text)
{
    if ((unsigned)fprintf(out, "  %-*s", (int)indent - 2, left) > indent)
        fprintf(out, "\n%*s", (int)indent, "");
    text_hanging(out, indent, text);
}

/* Each line of the text is a paragraph; one that begins with a blank is printed as it is. */
static void print_paragraphs(FILE *out, const char *text)
{
    for (const char *end; *text; text = end + (*end == '\n')) {
        end = strchrnul(text, '\n');
        if (*text == ' ')
            fprintf(out, "%.*s\n", (int)(end - text), text);
        else
            text_wrapped(out, 0, text);
    }
}

static void print_option(FILE *out, const struct accepted *accepted)
{
    const struct option_row *row = &options_table[accepted->id];
    const char also[] = {',', ' ', '-', row->letter, '\0'};
    char left[40], help[512];

    snprintf(left, sizeof(left), "--%s%s%s%s", row->name,
             row->argument && row->argument[0] != '[' ? "=" : "",
             row->argument ? row->argument : "", row->letter ? also : "");
    print_entry(out, WIDE, left, options_help(accepted, help, sizeof(help)));
}

void help_command(FILE *out, const struct command *command)
{
    fprintf(out, "Usage: babyvisor %s [OPTION]...%s%s\n%s.\n\n", command->name,
            command->operands[0] ? " " : "", command->operands, command->summary);
    print_paragraphs(out, command->text);
    if (command->list) {
        fputc('\n', out);
        help_values(out, command->list);
    }
    fputs("\nOptions:\n", out);
    for (const struct accepted *accepted = command->accepts; accepted->id != OPTION_END; accepted++)
        print_option(out, accepted);
    print_entry(out, WIDE, "--help, -h", "print this text");
}

void help_program(FILE *out)
{
    fputs("Usage: babyvisor COMMAND [OPTION]... [OPERAND]...\n"
          "A small KVM virtual machine monitor whose guest runs programs of the SSEM, the\n"
          "Manchester Baby of 1948.\n\n"
          "Commands:\n",
          out);
    for (const struct command *const *command = commands_table; *command; command++)
        print_entry(out, NARROW, (*command)->name, (*command)->summary);
    print_entry(out, NARROW, "help [COMMAND]", "print this text or a command's options");
    fputs("\nLists:\n", out);
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        char left[40];

        snprintf(left, sizeof(left), "help %s", lists[i].name);
        print_entry(out, NARROW, left, "print their names and what they are");
    }
    fputs("\nOptions:\n", out);
    print_entry(out, NARROW, "--help, -h", "print this text");
    print_entry(out, NARROW, "--version, -V", "print the version");
    fputs("\nExit status:\n", out);
    for (const struct help_status *status = help_statuses; status->meaning; status++)
        fprintf(out, "  %-4d %s\n", (int)status->status, status->meaning);
}

const char *help_list_name(size_t n)
{
    return n < sizeof(lists) / sizeof(lists[0]) ? lists[n].name : NULL;
}

const struct choice *help_list(const char *name)
{
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        if (strcmp(lists[i].name, name) == 0)
            return lists[i].values;
    return NULL;
}

int help_values(FILE *out, const char *list)
{
    const struct choice *values = help_list(list);

    for (const struct choice *value = values; value && value->name; value++)
        print_entry(out, NARROW, value->name, value->help);
    return values ? 0 : -ENOENT;
}
