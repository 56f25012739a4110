/* The debugger's commands as text: a line in, an answer out. */
#include "debug/console.h"

#include <string.h>
#include <strings.h>

#include "debug/contents.h"
#include "debug/files.h"
#include "debug/moves.h"
#include "debug/stops.h"
#include "report/text.h"

/* Cuts the first word off *rest, which is what follows then. Returns the word. */
static char *cut_word(char **rest)
{
    char *word = *rest;
    char *end = word + strcspn(word, " \t");

    *rest = answer_skip(end);
    *end = '\0';
    return word;
}

static int do_quit(struct console *console, char *arguments, struct error *error)
{
    (void)arguments, (void)error;
    console->quit = true;
    return CARRIED_OUT;
}

static carry_out do_help;

static const struct command {
    struct console_help help;
    carry_out *carry_out;
} commands[] = {
    /* clang-format off: prose */
    {{"step [N]", "s si", "obey one instruction, or N, and show the last one"}, moves_step},
    {{"trace [N]", "", "the same, and show each of them"}, moves_trace},
    {{"over [N]", "next n",
      "run until the next line in the store follows, or the Nth: over a loop"},
     moves_over},
    {{"run [N]", "continue c cont go g r", "run until STP, a breakpoint, or N instructions"},
     moves_run},
    {{"until WHERE", "u", "run until then, WHERE being what `break` takes"}, moves_until},
    {{"back [N]", "rs reverse-step",
      "go back by one instruction, or N; what came later is forgotten"},
     moves_back},
    {{"goto N", "",
      "go, back or forward, to where N instructions of the program have been obeyed, also past an "
      "STP"},
     moves_goto},
    {{"break [WHERE]", "b br",
      "stop before a line (13), after a store (store 27), when a condition becomes true (A<0, "
      "27=131072); or list the breakpoints"},
     stops_break},
    {{"watch LINE", "w", "stop after a store to the line"}, stops_watch},
    {{"delete [N]", "del nobreak", "delete breakpoint N, or all"}, stops_delete},
    {{"examine [PLACE]", "e ex x print p where",
      "show a line, A, CI, lines such as 20-27, all; or where the machine stands"},
     contents_examine},
    {{"deposit PLACE VALUE", "d dep set",
      "change a line, A or CI to a number, an instruction, or 32 bits"},
     contents_deposit},
    {{"clear PLACE", "", "change a line, A, CI, the store or all to 0"}, contents_clear},
    {{"undo", "", "take back the last change, and what was obeyed since"}, moves_undo},
    {{"list [FORMAT]", "l", "print the store, in a format of `babyvisor help formats`"},
     contents_list},
    {{"load [N]", "reset", "load the first program again, or the Nth that was given at the start"},
     files_load},
    {{"save", "", "write the state to the file of --output"}, files_save},
    {{"picture", "", "draw the store in the file of --picture"}, files_picture},
    {{"exits", "", "show exits of the VM, and time in the guest and in the VMM"}, contents_exits},
    {{"help [COMMAND]", "h ?", "list the commands, or explain one"}, do_help},
    {{"quit", "q exit bye", "end; so does the end of the input"}, do_quit},
    /* clang-format on */
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct console_help *console_help(unsigned number)
{
    return number < COMMANDS ? &commands[number].help : NULL;
}

/* Whether a list of words has this one. */
static bool has_word(const char *list, const char *word)
{
    const size_t length = strlen(word);

    for (const char *at = list; *at; at += strspn(at, " ")) {
        const size_t size = strcspn(at, " ");

        if (size == length && strncasecmp(at, word, length) == 0)
            return true;
        at += size;
    }
    return false;
}

/* The command of that name or, with nothing that is called so, the only one that begins so. */
static const struct command *find(const char *word)
{
    const struct command *found = NULL;
    unsigned count = 0;

    for (size_t i = 0; i < COMMANDS; i++) {
        const char *usage = commands[i].help.usage;
        const size_t length = strcspn(usage, " ");

        if (has_word(commands[i].help.other, word) ||
            (strlen(word) == length && strncasecmp(usage, word, length) == 0))
            return &commands[i];
        if (strlen(word) < length && strncasecmp(usage, word, strlen(word)) == 0) {
            found = &commands[i];
            count++;
        }
    }
    return count == 1 ? found : NULL;
}

static int unknown(struct console *console, const char *word)
{
    return answer_refuse_word(console, word, "a command; `help` lists them");
}

static int do_help(struct console *console, char *arguments, struct error *error)
{
    const struct command *command = find(arguments);

    (void)error;
    if (*arguments && !command)
        return unknown(console, arguments);
    if (command) {
        fprintf(console->out, "%s: %s%s%s%s\n", command->help.usage, command->help.text,
                command->help.other[0] ? " (also: " : "", command->help.other,
                command->help.other[0] ? ")" : "");
        return CARRIED_OUT;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(console->out, "%-20s", commands[i].help.usage);
        text_hanging(console->out, 20, commands[i].help.text);
    }
    return CARRIED_OUT;
}

int console_do(struct console *console, char *line, struct error *error)
{
    char *rest = answer_skip(line);
    const struct command *command;
    char *word;
    int result;

    for (size_t length = strlen(rest); length && strchr(" \t", rest[length - 1]); length--)
        rest[length - 1] = '\0';
    if (!*rest || *rest == '#' || *rest == ';')
        return 0;
    word = cut_word(&rest);
    command = find(word);
    result = command ? command->carry_out(console, rest, error) : unknown(console, word);
    if (result == REFUSED)
        console->failed++;
    return result < 0 ? result : 0;
}
