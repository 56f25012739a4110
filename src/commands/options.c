/* Every option of every command: one list for parsing, help, the manual page and completion. */
#include "commands/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/guess.h"
#include "commands/values.h"

#define FIELD(field) offsetof(struct settings, field)

static const struct choice modes[MODE_COUNT + 1] = {
#define X(id, name, meaning) {#name, meaning},
    OPTIONS_MODES(X)
#undef X
};

const struct option_row options_table[OPTION_COUNT] = {
    [OPTION_BACKEND] = {"backend", 0, "NAME", "where the engine runs", "kvm", FIELD(config.backend),
                        values_choice, config_backends},
    [OPTION_BACKENDS] = {"backend", 0, "NAMES", "where the engines run, separated by commas", "all",
                         FIELD(backends), values_choices, config_backends},
    [OPTION_ENGINE] = {"engine", 0, "NAME", "technique, see `babyvisor help engines`", "dynamic",
                       FIELD(config.engine), values_choice, config_engines},
    [OPTION_ENGINES] = {"engine", 0, "NAMES", "techniques, separated by commas", "all",
                        FIELD(engines), values_choices, config_engines},
    [OPTION_TRANSPORT] = {"transport", 0, "NAME", "how jobs cross into the guest", "page",
                          FIELD(config.transport), values_choice, config_transports},
    [OPTION_GUEST] = {"guest", 0, "FILE", "boot this guest image instead of the embedded one", NULL,
                      FIELD(config.image), values_text, NULL},
    [OPTION_LIMIT] = {"limit", 0, "N", "stop after N SSEM instructions; suffixes k, M, G", "none",
                      FIELD(limit), values_limit, NULL},
    [OPTION_RUN_LIMIT] = {"limit", 0, "N",
                          "stop after N SSEM instructions since the program's beginning, or, for "
                          "+N, N more; suffixes k, M, G",
                          "none", FIELD(run_limit), values_run_limit, NULL},
    [OPTION_TIMEOUT] = {"timeout", 0, "SECONDS", "end the run after this time", "60",
                        FIELD(config.seconds), values_seconds, NULL},
    [OPTION_STATS] = {"stats", 0, NULL, "add the host, exits, times and the kernel's counters",
                      NULL, FIELD(config.tally), values_flag, NULL},
    [OPTION_TRACE] = {"trace", 0, "FILE",
                      "write every exit and job; for a trace viewer if FILE ends in .json", NULL,
                      FIELD(trace), values_output, NULL},
    [OPTION_JSON] = {"json", 0, NULL, "print one JSON object", NULL, FIELD(json), values_flag,
                     NULL},
    [OPTION_HTML] = {"html", 0, "FILE", "also write a page with charts", NULL, FIELD(html),
                     values_output, NULL},
    [OPTION_FROM] = {"from", 0, "FORMAT", "format of PROGRAM, unless its content shows it", NULL,
                     FIELD(from), values_from, NULL},
    [OPTION_TO] = {"to", 0, "FORMAT", "format to write", "bits", FIELD(to), values_to, NULL},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "write to this file", NULL, FIELD(output),
                       values_output, NULL},
    [OPTION_ORIGIN] = {"origin", 0, "N",
                       "store line of the first statement without a line number: 0, unless given, "
                       "or 1",
                       NULL, FIELD(origin), values_origin, NULL},
    [OPTION_PICTURE] = {"picture", 0, "FILE", "also write the final store as an SVG picture", NULL,
                        FIELD(picture), values_output, NULL},
    [OPTION_SAVE] = {"save", 0, "FILE",
                     "keep the state that the run ends with, for a run to go on from", NULL,
                     FIELD(save), values_output, NULL},
    [OPTION_SAVE_EVERY] = {"save-every", 0, "SECONDS",
                           "also keep it while it runs, each time after so long", NULL,
                           FIELD(save_every), values_seconds, NULL},
    [OPTION_SNAPSHOT] = {"snapshot", 0, "FILE",
                         "keep the whole VM as the run leaves it, for `clone` and `snapshot`", NULL,
                         FIELD(snapshot), values_output, NULL},
    [OPTION_MOVE_TO] = {"move-to", 0, "WHERE",
                        "hand the run over to `receive`: at unix:PATH, or a command such as 'ssh "
                        "HOST babyvisor receive --save=FILE'",
                        NULL, FIELD(move_to), values_text, NULL},
    [OPTION_MOVE_AFTER] = {"move-after", 0, "N",
                           "when so many instructions are done since the program's beginning; "
                           "SIGUSR1 does at any time",
                           NULL, FIELD(move_after), values_instructions, NULL},
    [OPTION_MODE] = {"mode", 0, "NAME", "what moves", "state", FIELD(mode), values_choice, modes},
    [OPTION_ROUNDS] = {"rounds", 0, "N",
                       "with --mode=precopy: stop the VM after so many rounds, 10 unless given, if "
                       "there are still more than 8 pages to send",
                       NULL, FIELD(rounds), values_count, NULL},
    [OPTION_BANDWIDTH] = {"bandwidth", 0, "N",
                          "with --mode=precopy: send at most so many pages a second", NULL,
                          FIELD(bandwidth), values_count, NULL},
    [OPTION_CHART] = {"chart", 0, "FILE",
                      "with --mode=precopy: also write the rounds as an SVG picture", NULL,
                      FIELD(chart), values_output, NULL},
    [OPTION_SILENCE] = {"silence", 0, "SECONDS",
                        "give the other side up when it says nothing for so long", "10",
                        FIELD(silence), values_seconds, NULL},
    [OPTION_WRITES] = {"writes", 0, "N", "have the guest also write so many pages a second", NULL,
                       FIELD(config.writes), values_count, NULL},
    [OPTION_CLONES] = {"count", 0, "N", "so many times, each from the snapshot", "1", FIELD(clones),
                       values_count, NULL},
    [OPTION_MEASURE] = {"measure", 0, NULL,
                        "measure a VM from scratch, from the snapshot, and put back in place", NULL,
                        FIELD(measure), values_flag, NULL},
    [OPTION_LIST] = {"list", 0, NULL, "list the names and what they provoke; run nothing", NULL,
                     FIELD(list), values_flag, NULL},
    [OPTION_EXPLAIN] = {"explain", 0, NULL, "explain NAME and show its guest's code", NULL,
                        FIELD(explain), values_flag, NULL},
    [OPTION_DIFF] = {"diff", 0, NULL, "compare files that --json wrote; run nothing", NULL,
                     FIELD(diff), values_flag, NULL},
    [OPTION_SANDBOX] = {"sandbox", 0, "MODE", "confine the process", SANDBOX_DEFAULT,
                        FIELD(sandbox), values_choice, sandbox_modes},
    [OPTION_BUDGET] = {"budget", 0, "SECONDS", "measure for about this long in all", "30",
                       FIELD(budget), values_seconds, NULL},
    [OPTION_CSV] = {"csv", 0, "FILE", "also write every sample, a line each", NULL, FIELD(csv),
                    values_output, NULL},
    [OPTION_SET] = {"set", 0, "LINE=VALUE",
                    "change a line of the store, or A or CI, before the start; may be repeated",
                    NULL, FIELD(changes), values_change, NULL},
    [OPTION_STEPS] = {"steps", 0, "[=N]", "print the instructions obeyed, or the first N", NULL,
                      FIELD(steps), values_rows, NULL},
    [OPTION_LAST] = {"last", 0, "N", "print the last N instructions before the stop", NULL,
                     FIELD(last_steps), values_rows, NULL},
    [OPTION_DEMO] = {"demo", 0, NULL, "play the first program, with explanations", NULL,
                     FIELD(demo), values_flag, NULL},
    [OPTION_ASCII] = {"ascii", 0, NULL, "draw with ASCII alone", NULL, FIELD(ascii), values_flag,
                      NULL},
    [OPTION_WITH_QEMU] = {"with-qemu", 0, NULL, "also measure the guest under QEMU's emulation",
                          NULL, FIELD(with_qemu), values_flag, NULL},
    [OPTION_WORKERS] = {"workers", 'j', "N",
                        "processes that work at once, up to 256: unless given, one for each CPU "
                        "that there is for us",
                        NULL, FIELD(workers), values_workers, NULL},
    [OPTION_SLICE] = {"slice", 0, "N", "go on with another program after N SSEM instructions", "1M",
                      FIELD(slice), values_limit, NULL},
    [OPTION_UNORDERED] = {"unordered", 0, NULL, "print each answer as soon as it is there", NULL,
                          FIELD(unordered), values_flag, NULL},
    [OPTION_CHECKPOINT] = {"checkpoint", 0, "FILE",
                           "keep in FILE how far it came, and go on from there; needs --output",
                           NULL, FIELD(checkpoint), values_checkpoint, NULL},
    [OPTION_ANSWERS] = {"to", 0, "FORMAT", "format of the answers", "json", FIELD(answers),
                        values_choice, line_formats},
    [OPTION_SHARD] = {"shard", 0, "I/N", "sweep part I of N, from 0", "0/1", FIELD(shard),
                      values_shard, NULL},
    [OPTION_KEEP] = {"keep", 0, "KINDS",
                     "programs to keep, up to 1000 of each kind: stp (the longest), cycle, open",
                     "stp:20,cycle:20,open:1000", FIELD(keep), values_keep, NULL},
    [OPTION_FOLDER] = {"out", 0, "FOLDER", "write a file of the shard in it, unless it is there",
                       NULL, FIELD(folder), values_text, NULL},
    [OPTION_MERGE] = {"merge", 0, NULL, "add the shards in FOLDER; run nothing", NULL, FIELD(merge),
                      values_flag, NULL},
    [OPTION_CHECK] = {"check", 0, NULL, "run the programs that the shards in FOLDER keep again",
                      NULL, FIELD(check), values_flag, NULL},
    [OPTION_CERTIFY] = {"certify", 0, NULL,
                        "also write a certificate for each program that is not decided after "
                        "1,000 instructions; for tnf:K with --out",
                        NULL, FIELD(certify), values_flag, NULL},
    [OPTION_STORE] = {"store", 0, NULL, "add the final store to each answer", NULL, FIELD(store),
                      values_flag, NULL},
};

const char *options_initial(const struct accepted *accepted)
{
    return accepted->initial ? accepted->initial : options_table[accepted->id].initial;
}

__attribute__((format(printf, 3, 4))) static void append(char *out, size_t size, const char *format,
                                                         ...)
{
    const size_t used = strlen(out);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(out + used, size - used, format, arguments);
    va_end(arguments);
}

const char *options_help(const struct accepted *accepted, char *out, size_t size)
{
    const struct option_row *row = &options_table[accepted->id];
    const char *initial = options_initial(accepted);

    out[0] = '\0';
    append(out, size, "%s", accepted->help ? accepted->help : row->help);
    for (int i = 0; row->choices && row->choices[i].name; i++)
        append(out, size, "%s %s", i ? "," : ":", row->choices[i].name);
    if (row->parse == values_output)
        append(out, size, " (- is standard output)");
    if (initial)
        append(out, size, " (default: %s)", initial);
    return out;
}

/* Where the answers of getopt_long() for long options begin, and that for --help. */
#define BEYOND_LETTERS 256
#define HELP           (BEYOND_LETTERS + OPTION_COUNT)

/* Adds the option that a word such as "--jsno=x" may have meant. */
static void guess(struct error *error, const struct accepted *accepts, const char *word)
{
    word += strspn(word, "-");
    for (; accepts->id != OPTION_END; accepts++)
        if (guess_is_near(word, strcspn(word, "="), options_table[accepts->id].name))
            error_add(error, "; is it --%s?", options_table[accepts->id].name);
}

/* The word that getopt_long() has just refused: the last that it has read, or the next one, of
 * whose letters it has not read all. */
static const char *refused_word(char **argv)
{
    const char *word = argv[optind - 1];
    const bool is_letter = optopt > 0 && optopt < BEYOND_LETTERS;
    const bool is_read = word[0] == '-' && word[strlen(word) - 1] == optopt;

    return is_letter && !is_read && argv[optind] ? argv[optind] : word;
}

static int refused(struct error *error, const char *command, const struct accepted *accepts,
                   char **argv, int answer)
{
    const char *word = refused_word(argv);
    char shown[64];

    error_escape(shown, sizeof(shown), word, strlen(word));
    if (answer == ':')
        return error_set(error, STATUS_USAGE, EINVAL, "%s: option %s needs a value", command,
                         shown);
    if (optopt >= BEYOND_LETTERS)
        return error_set(error, STATUS_USAGE, EINVAL, "%s: option %.*s takes no value", command,
                         (int)strcspn(shown, "="), shown);
    error_set(error, STATUS_USAGE, EINVAL,
              "%s: unknown option %s; `babyvisor help %s` lists the options", command, shown,
              command);
    guess(error, accepts, word);
    return -EINVAL;
}

static int parse(struct settings *settings, const struct option_row *row, const char *value,
                 struct error *error)
{
    return row->parse((char *)settings + row->offset, row, value, error);
}

static int set_defaults(struct settings *settings, const struct accepted *accepts,
                        struct error *error)
{
    int result = 0;

    *settings = (struct settings){.origin = SOURCE_ORIGIN_DEFAULT};
    for (; accepts->id != OPTION_END && result == 0; accepts++)
        if (options_initial(accepts))
            result = parse(settings, &options_table[accepts->id], options_initial(accepts), error);
    return result;
}

/* What getopt_long() has answered for an option: its number beyond all letters, or its letter. */
static const struct option_row *row_of(int answer)
{
    for (int id = 0; id < OPTION_COUNT; id++)
        if (options_table[id].letter == answer)
            return &options_table[id];
    return &options_table[answer - BEYOND_LETTERS];
}

_Static_assert(OPTION_COUNT < 64, "settings have a bit for each that was given");

/* As getopt_long() wants it. */
static int arguments_of(const struct option_row *row)
{
    if (!row->argument)
        return no_argument;
    return row->argument[0] == '[' ? optional_argument : required_argument;
}

int options_check_transport(const struct settings *settings, const char *command, bool native,
                            struct error *error)
{
    if (!native || !(settings->given >> OPTION_TRANSPORT & 1))
        return 0;
    return error_set(
        error, STATUS_USAGE, EINVAL,
        "%s: --transport says how jobs cross into the guest; with backend native there "
        "is none",
        command);
}

int options_parse(struct settings *settings, const struct accepted *accepts, int max_operands,
                  int argc, char **argv, bool *help, struct error *error)
{
    struct option longs[OPTION_COUNT + 2];
    char letters[2 * OPTION_COUNT + 3] = ":h";
    int count = 0;
    int answer;
    int result = set_defaults(settings, accepts, error);

    *help = false;
    for (; accepts[count].id != OPTION_END; count++) {
        const struct option_row *row = &options_table[accepts[count].id];

        longs[count] = (struct option){row->name, arguments_of(row), NULL,
                                       BEYOND_LETTERS + (int)accepts[count].id};
        if (row->letter)
            append(letters, sizeof(letters), "%c%s", row->letter, row->argument ? ":" : "");
    }
    longs[count++] = (struct option){"help", no_argument, NULL, HELP};
    longs[count] = (struct option){0};
    opterr = 0;
    optind = 0;
    while (result == 0 && (answer = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        if (answer == 'h' || answer == HELP) {
            *help = true;
            return 0;
        }
        if (answer == '?' || answer == ':')
            return refused(error, argv[0], accepts, argv, answer);
        settings->given |= UINT64_C(1) << (row_of(answer) - options_table);
        result = parse(settings, row_of(answer), optarg, error);
    }
    settings->operands = argv + optind;
    settings->operand_count = argc - optind;
    if (result == 0 && settings->operand_count > max_operands) {
        char shown[64];
        const char *word = settings->operands[max_operands];

        return error_set(error, STATUS_USAGE, EINVAL, "%s: unexpected \"%s\"", argv[0],
                         error_escape(shown, sizeof(shown), word, strlen(word)));
    }
    return result;
}
