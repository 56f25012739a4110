/* The command table: finds the command, prints help, errors and the version, and exits. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/descriptors.h"
#include "base/error.h"
#include "commands/commands.h"
#include "report/json.h"

static const struct command *const commands[] = {
    &command_run,     &command_exits,  &command_compare, &command_verify,
    &command_convert, &command_doctor, &command_sandbox,
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static void print_option(const struct option_text *option, char letter)
{
    char left[40];
    char also[] = {',', ' ', '-', letter, '\0'};

    snprintf(left, sizeof(left), "--%s%s%s%s", option->name, option->argument ? "=" : "",
             option->argument ? option->argument : "", letter ? also : "");
    printf("  %-22s %s\n", left, option->help);
}

static void print_command_help(const struct command *command)
{
    printf("Usage: babyvisor %s [OPTION]...%s%s\n%s.\n\n%s\nOptions:\n", command->name,
           command->operands[0] ? " " : "", command->operands, command->summary, command->text);
    for (const enum option_id *id = command->accepts; *id != OPTION_END; id++)
        print_option(&options_table[*id], options_letters[*id]);
    print_option(&(struct option_text){"help", NULL, "print this text"}, '\0');
}

static void print_help(void)
{
    puts("Usage: babyvisor COMMAND [OPTION]... [OPERAND]...\n"
         "A small KVM virtual machine monitor whose guest runs programs of the SSEM, the\n"
         "Manchester Baby of 1948.\n\n"
         "Commands:");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-22s %s\n", commands[i]->name, commands[i]->summary);
    puts("  help [COMMAND]         print this text or a command's options\n\n"
         "Options:\n"
         "  --help                 print this text\n"
         "  --version              print the version\n\n"
         "Exit status:\n"
         "  0    stopped by STP, or done\n"
         "  1    limit of instructions reached\n"
         "  64   wrong usage\n"
         "  65   bad program or guest image\n"
         "  66   no such input\n"
         "  69   KVM not available\n"
         "  70   internal error\n"
         "  71   a system call failed\n"
         "  74   input or output error\n"
         "  77   no permission\n"
         "  80   guest fault or broken guest\n"
         "  124  time limit reached");
}

static int unknown_command(const char *name, struct error *error)
{
    char shown[64];

    return error_set(error, STATUS_USAGE, EINVAL,
                     "unknown command %s; `babyvisor --help` lists the commands",
                     error_escape(shown, sizeof(shown), name, strlen(name)));
}

static int help(int argc, char **argv, struct error *error)
{
    const struct command *command = argc > 1 ? find_command(argv[1]) : NULL;

    if (argc > 2)
        return error_set(error, STATUS_USAGE, EINVAL, "help: name one command");
    if (argc > 1 && strcmp(argv[1], "help") != 0) {
        if (!command)
            return unknown_command(argv[1], error);
        print_command_help(command);
    } else {
        print_help();
    }
    return 0;
}

static int run_command(const struct command *command, int argc, char **argv, struct error *error)
{
    struct settings settings;
    bool wants_help;
    int result = options_parse(&settings, command->accepts, command->max_operands, argc, argv,
                               &wants_help, error);

    if (result < 0)
        return result;
    if (wants_help) {
        print_command_help(command);
        return 0;
    }
    json_begin();
    return command->run(&settings, stdout, error);
}

static int dispatch(int argc, char **argv, struct error *error)
{
    if (argc < 2)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "no command; `babyvisor --help` lists the commands");
    if (strcmp(argv[1], "--version") == 0) {
        puts(PACKAGE_STRING);
        return 0;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return help(1, argv, error);
    if (strcmp(argv[1], "help") == 0)
        return help(argc - 1, argv + 1, error);

    const struct command *command = find_command(argv[1]);

    return command ? run_command(command, argc - 1, argv + 1, error)
                   : unknown_command(argv[1], error);
}

int main(int argc, char **argv)
{
    static struct error error;

    descriptors_begin(argc, argv);

    int status = dispatch(argc, argv, &error);

    if (status < 0)
        status = error.status;
    if (error.text[0])
        fprintf(stderr, "babyvisor: %s\n", error.text);
    if (fflush(stdout) != 0 || ferror(stdout) || close(STDOUT_FILENO) < 0) {
        fprintf(stderr, "babyvisor: standard output: %s\n", strerror(errno));
        status = STATUS_IO;
    }
    return status;
}
