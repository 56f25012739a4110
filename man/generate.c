/* Makes what is printed of the tables elsewhere: lists in the manual page, the bash completion.
 *
 * Use: generate manual <babyvisor.1.in >babyvisor.1; a line "@options COMMAND@", "@values LIST@",
 * "@debugger@", "@keys@" or "@statuses@" becomes that list. generate completion >babyvisor.bash. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/help.h"
#include "commands/values.h"
#include "debug/console.h"
#include "panel/keys.h"

/* Text as roff wants it: hyphens that a reader can copy, no dot at the beginning of a line. */
static void print_roff(const char *text)
{
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
}

static void print_item(const char *head, const char *argument, char letter, const char *text)
{
    printf(".TP\n\\fB");
    print_roff(head);
    printf("\\fR");
    if (argument)
        printf("%s\\fI%s\\fR", argument[0] == '[' ? "" : "=", argument);
    if (letter)
        printf(", \\fB\\-%c\\fR", letter);
    printf("\n\\&");
    print_roff(text);
    putchar('\n');
}

static int print_options(const char *name)
{
    const struct command *command = commands_find(name);

    if (!command)
        return 1;
    for (const struct accepted *accepted = command->accepts; accepted->id; accepted++) {
        const struct option_row *row = &options_table[accepted->id];
        char head[40], help[512];

        snprintf(head, sizeof(head), "--%s", row->name);
        print_item(head, row->argument, row->letter, options_help(accepted, help, sizeof(help)));
    }
    return 0;
}

static int print_values(const char *name)
{
    const struct choice *values = help_list(name);

    for (const struct choice *value = values; value && value->name; value++)
        print_item(value->name, NULL, '\0', value->help);
    return !values;
}

static void print_debugger(void)
{
    const struct console_help *row;

    for (unsigned i = 0; (row = console_help(i)); i++) {
        char text[256];

        snprintf(text, sizeof(text), "%s.", row->text);
        print_item(row->usage, NULL, '\0', text);
        if (row->other[0]) {
            fputs("Also: ", stdout);
            print_roff(row->other);
            fputs(".\n", stdout);
        }
    }
}

static void print_keys(void)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++)
        print_item(keys_help[action].shown, NULL, '\0', keys_help[action].text);
}

static int print_statuses(void)
{
    for (const struct help_status *status = help_statuses; status->meaning; status++) {
        char head[8];

        snprintf(head, sizeof(head), "%d", status->status);
        print_item(head, NULL, '\0', status->meaning);
    }
    return 0;
}

static int print_manual(void)
{
    char line[1024], name[64];
    int wrong = 0;

    while (fgets(line, sizeof(line), stdin))
        if (sscanf(line, "@options %63[a-z]@", name) == 1)
            wrong |= print_options(name);
        else if (sscanf(line, "@values %63[a-z]@", name) == 1)
            wrong |= print_values(name);
        else if (strcmp(line, "@debugger@\n") == 0)
            print_debugger();
        else if (strcmp(line, "@keys@\n") == 0)
            print_keys();
        else if (strcmp(line, "@statuses@\n") == 0)
            wrong |= print_statuses();
        else
            fputs(line, stdout);
    return wrong;
}

/* Whether a value must follow the option. */
static bool takes_value(const struct option_row *row)
{
    return row->argument && row->argument[0] != '[';
}

static void print_command_completion(const struct command *command)
{
    printf("    %s) options='", command->name);
    for (const struct accepted *accepted = command->accepts; accepted->id; accepted++)
        printf("--%s%s ", options_table[accepted->id].name,
               takes_value(&options_table[accepted->id]) ? "=" : "");
    printf("--help' ;;\n");
}

/* Whether a row before this one has the same name. */
static bool is_repeated(int id)
{
    for (int earlier = OPTION_END + 1; earlier < id; earlier++)
        if (strcmp(options_table[earlier].name, options_table[id].name) == 0)
            return true;
    return false;
}

static void print_formats(const char *option, bool (*can)(const struct format *format))
{
    const char *separator = "";

    printf("    --%s) values='", option);
    for (const struct format *format = formats_table; format->name; format++)
        if (can(format)) {
            printf("%s%s", separator, format->name);
            separator = " ";
        }
    printf("' ;;\n");
}

/* The values of options that have a list of them; equal names have equal lists in all commands. */
static void print_value_completion(void)
{
    for (int id = OPTION_END + 1; id < OPTION_COUNT; id++) {
        const struct option_row *row = &options_table[id];

        if (!row->choices || is_repeated(id))
            continue;
        printf("    --%s) values='", row->name);
        for (const struct choice *value = row->choices; value->name; value++)
            printf("%s%s", value == row->choices ? "" : " ", value->name);
        printf("' ;;\n");
    }
    print_formats("from", values_can_read);
    print_formats("to", values_can_write);
}

static int print_completion(void)
{
    puts("# bash completion for babyvisor: commands, their options, the values of those.\n"
         "_babyvisor()\n"
         "{\n"
         "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "    local options= values=\n"
         "    COMPREPLY=()\n"
         "    [ \"$word\" = = ] && word=\n"
         "    [ \"$before\" = = ] && before=${COMP_WORDS[COMP_CWORD-2]}\n"
         "    case $before in");
    print_value_completion();
    printf("    esac\n"
           "    if [ -n \"$values\" ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$word\")\n"
           "        return\n"
           "    fi\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"");
    for (const struct command *const *command = commands_table; *command; command++)
        printf("%s ", (*command)->name);
    puts("help --help --version\" -- \"$word\")\n"
         "        return\n"
         "    fi\n"
         "    case ${COMP_WORDS[1]} in");
    for (const struct command *const *command = commands_table; *command; command++)
        print_command_completion(*command);
    printf("    help) options='");
    for (const struct command *const *command = commands_table; *command; command++)
        printf("%s ", (*command)->name);
    puts("' ;;\n"
         "    esac\n"
         "    case $word in\n"
         "    -*) mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
         "        [[ ${COMPREPLY-} == *= ]] && compopt -o nospace ;;\n"
         "    *) [ \"${COMP_WORDS[1]}\" = help ] &&\n"
         "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\") ;;\n"
         "    esac\n"
         "}\n"
         "complete -o default -F _babyvisor babyvisor");
    return 0;
}

int main(int argc, char **argv)
{
    int status = 2;

    if (argc == 2 && strcmp(argv[1], "manual") == 0)
        status = print_manual();
    else if (argc == 2 && strcmp(argv[1], "completion") == 0)
        status = print_completion();
    return fflush(stdout) == 0 ? status : 1;
}
