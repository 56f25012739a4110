/* Every option of every command: one table for parsing, --help and the manual page. */
#include "commands/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct option_text options_table[OPTION_COUNT] = {
    [OPTION_BACKEND] = {"backend", "NAME", "where the engine runs: kvm (default) or native"},
    [OPTION_ENGINE] = {"engine", "NAME",
                       "technique: dynamic (default), static, predecoded, threaded, dispatch"},
    [OPTION_TRANSPORT] = {"transport", "NAME",
                          "how jobs cross into the guest: page (default), words or ring"},
    [OPTION_GUEST] = {"guest", "FILE", "boot this guest image instead of the embedded one"},
    [OPTION_LIMIT] = {"limit", "N",
                      "stop after N SSEM instructions; suffixes k, M, G (default: none)"},
    [OPTION_TIMEOUT] = {"timeout", "SECONDS", "end the run after this time (default: 60)"},
    [OPTION_STATS] = {"stats", NULL, "add the host, exits, times and the kernel's counters"},
    [OPTION_TRACE] = {"trace", "FILE",
                      "write every exit and job; for a trace viewer if FILE ends in .json"},
    [OPTION_JSON] = {"json", NULL, "print one JSON object"},
    [OPTION_TRANSPORTS] = {"transports", NULL,
                           "compare words, page and ring on short jobs, instead of engines"},
    [OPTION_HTML] = {"html", "FILE", "write a page with charts, too"},
    [OPTION_FROM] = {"from", "FORMAT", "format of PROGRAM (default: what its content shows)"},
    [OPTION_TO] = {"to", "FORMAT", "format to write (default: bits)"},
    [OPTION_OUTPUT] = {"output", "FILE", "write to this file, not to standard output (-)"},
    [OPTION_ORIGIN] = {"origin", "N",
                       "store line of the first statement without a line number: 0 (default) or 1"},
    [OPTION_PICTURE] = {"picture", "FILE", "write the final store as an SVG picture, too"},
    [OPTION_SANDBOX] = {"sandbox", "MODE",
                        "confine the process: on (default), off, or report, which tells how"},
    [OPTION_JOB_FILE] = {"job-file", "FILE",
                         "write the job for the guest under QEMU, and run nothing"},
    [OPTION_WITH_QEMU] = {"with-qemu", NULL, "measure the guest under QEMU's full emulation, too"},
    [OPTION_LIST] = {"list", NULL, "list the names and what they provoke, and run nothing"},
    [OPTION_EXPLAIN] = {"explain", NULL, "tell the story of NAME, with its guest's code"},
};

const char options_letters[OPTION_COUNT] = {
    [OPTION_OUTPUT] = 'o',
};

const char *const options_backends[BACKEND_COUNT + 1] = {
    [BACKEND_KVM] = "kvm",
    [BACKEND_NATIVE] = "native",
};

const char *const options_engines[ENGINE_COUNT + 1] = {
    [ENGINE_DISPATCH] = "dispatch",     [ENGINE_THREADED] = "threaded",
    [ENGINE_PREDECODED] = "predecoded", [ENGINE_STATIC] = "static",
    [ENGINE_DYNAMIC] = "dynamic",
};

const char *const options_transports[TRANSPORT_COUNT + 1] = {
    [TRANSPORT_WORDS] = "words",
    [TRANSPORT_PAGE] = "page",
    [TRANSPORT_RING] = "ring",
};

const char *const options_sandbox[SANDBOX_MODES + 1] = {
    [SANDBOX_ON] = "on",
    [SANDBOX_OFF] = "off",
    [SANDBOX_REPORT] = "report",
};

static int bad_value(struct error *error, const char *option, const char *value, const char *want)
{
    char shown[64];

    return error_set(error, STATUS_USAGE, EINVAL, "--%s: \"%s\" is not %s", option,
                     error_escape(shown, sizeof(shown), value, strlen(value)), want);
}

static int parse_name(int *out, const char *option, const char *value, const char *const *names,
                      struct error *error)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(names[i], value) == 0) {
            *out = i;
            return 0;
        }
    bad_value(error, option, value, "known; it can be:");
    for (int i = 0; names[i]; i++)
        error_add(error, "%s %s", i ? "," : "", names[i]);
    return -EINVAL;
}

static int parse_limit(uint64_t *out, const char *value, struct error *error)
{
    static const struct {
        char letter;
        uint64_t factor;
    } suffixes[] = {{'k', 1000}, {'M', 1000 * 1000}, {'G', 1000 * 1000 * 1000}};
    const char *want = "a number of instructions such as 1000, 20k, 5M or 1G (below 2^64)";
    uint64_t factor = 1;
    char *end;

    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);

    if (value[0] < '0' || value[0] > '9' || errno)
        return bad_value(error, "limit", value, want);
    if (*end) {
        for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
            if (end[0] == suffixes[i].letter && end[1] == '\0')
                factor = suffixes[i].factor;
        if (factor == 1)
            return bad_value(error, "limit", value, want);
    }
    if (__builtin_mul_overflow(number, factor, out))
        return bad_value(error, "limit", value, want);
    return 0;
}

static int parse_timeout(double *out, const char *value, struct error *error)
{
    char *end;
    double seconds = strtod(value, &end);

    if (end == value || *end || !isfinite(seconds) || seconds <= 0 || seconds > 1e9)
        return bad_value(error, "timeout", value, "a number of seconds above 0, such as 0.5 or 10");
    *out = seconds;
    return 0;
}

static int parse_format(const struct format **out, const char *option, const char *value,
                        struct error *error)
{
    *out = formats_find(value);
    if (*out)
        return 0;
    bad_value(error, option, value, "known; it can be:");
    for (const struct format *format = formats_table; format->name; format++)
        error_add(error, "%s %s", format == formats_table ? "" : ",", format->name);
    return -EINVAL;
}

static int parse_origin(int *out, const char *value, struct error *error)
{
    if ((value[0] != '0' && value[0] != '1') || value[1])
        return bad_value(error, "origin", value, "0 or 1");
    *out = value[0] - '0';
    return 0;
}

static int parse_option(struct settings *settings, enum option_id id, const char *value,
                        struct error *error)
{
    int choice = 0;
    int result = 0;

    switch (id) {
    case OPTION_BACKEND:
        result = parse_name(&choice, "backend", value, options_backends, error);
        settings->backend = (enum backend)choice;
        settings->backend_given = true;
        break;
    case OPTION_ENGINE:
        result = parse_name(&choice, "engine", value, options_engines, error);
        settings->engine = (enum engine)choice;
        settings->engine_given = true;
        break;
    case OPTION_TRANSPORT:
        result = parse_name(&choice, "transport", value, options_transports, error);
        settings->transport = (enum transport)choice;
        break;
    case OPTION_GUEST:
        settings->guest = value;
        break;
    case OPTION_LIMIT:
        result = parse_limit(&settings->limit, value, error);
        break;
    case OPTION_TIMEOUT:
        result = parse_timeout(&settings->timeout, value, error);
        break;
    case OPTION_STATS:
        settings->stats = true;
        break;
    case OPTION_TRACE:
        settings->trace = value;
        break;
    case OPTION_JSON:
        settings->json = true;
        break;
    case OPTION_HTML:
        settings->html = value;
        break;
    case OPTION_TRANSPORTS:
        settings->transports = true;
        break;
    case OPTION_FROM:
        result = parse_format(&settings->from, "from", value, error);
        break;
    case OPTION_TO:
        result = parse_format(&settings->to, "to", value, error);
        break;
    case OPTION_OUTPUT:
        settings->output = value;
        break;
    case OPTION_ORIGIN:
        result = parse_origin(&settings->origin, value, error);
        break;
    case OPTION_PICTURE:
        settings->picture = value;
        break;
    case OPTION_SANDBOX:
        result = parse_name(&choice, "sandbox", value, options_sandbox, error);
        settings->sandbox = (enum sandbox_mode)choice;
        settings->sandbox_given = true;
        break;
    case OPTION_JOB_FILE:
        settings->job_file = value;
        break;
    case OPTION_WITH_QEMU:
        settings->with_qemu = true;
        break;
    case OPTION_LIST:
        settings->list = true;
        break;
    case OPTION_EXPLAIN:
        settings->explain = true;
        break;
    case OPTION_END:
    case OPTION_COUNT:
        break;
    }
    return result;
}

/* The word of argv that getopt_long has just refused. */
static int refused(struct error *error, const char *command, char **argv, int answer)
{
    const char *word = argv[optind - 1];
    char shown[64];

    error_escape(shown, sizeof(shown), word, strlen(word));
    if (answer == ':')
        return error_set(error, STATUS_USAGE, EINVAL, "%s: option %s needs a value", command,
                         shown);
    return error_set(error, STATUS_USAGE, EINVAL,
                     "%s: unknown option %s; `babyvisor help %s` lists the options", command, shown,
                     command);
}

/* What getopt_long() has answered: an option, or the letter of one; no option reaches a letter. */
static enum option_id option_of(int answer)
{
    for (int id = 0; id < OPTION_COUNT; id++)
        if (options_letters[id] == answer)
            return (enum option_id)id;
    return (enum option_id)answer;
}

_Static_assert(OPTION_COUNT < '0', "option numbers are no letters");

static int has_argument(enum option_id id)
{
    return options_table[id].argument ? required_argument : no_argument;
}

int options_parse(struct settings *settings, const enum option_id *accepts, int max_operands,
                  int argc, char **argv, bool *help, struct error *error)
{
    struct option longs[OPTION_COUNT + 2];
    char letters[2 * OPTION_COUNT + 3] = ":h";
    size_t letter_count = strlen(letters);
    int count = 0;
    int answer;

    *settings = (struct settings){
        .engine = ENGINE_DYNAMIC,
        .transport = TRANSPORT_PAGE,
        .limit = UINT64_MAX,
        .timeout = 60,
        .sandbox = SANDBOX_DEFAULT,
        .origin = SOURCE_ORIGIN_DEFAULT,
    };
    *help = false;
    for (; accepts[count] != OPTION_END; count++) {
        const struct option_text *text = &options_table[accepts[count]];

        longs[count] =
            (struct option){text->name, has_argument(accepts[count]), NULL, (int)accepts[count]};
        if (options_letters[accepts[count]]) {
            letters[letter_count++] = options_letters[accepts[count]];
            if (text->argument)
                letters[letter_count++] = ':';
        }
    }
    longs[count++] = (struct option){"help", no_argument, NULL, 'h'};
    longs[count] = (struct option){0};
    opterr = 0;
    optind = 0;
    while ((answer = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        if (answer == 'h') {
            *help = true;
            return 0;
        }
        if (answer == '?' || answer == ':')
            return refused(error, argv[0], argv, answer);

        int result = parse_option(settings, option_of(answer), optarg, error);

        if (result < 0)
            return result;
    }
    settings->operands = argv + optind;
    settings->operand_count = argc - optind;
    if (settings->operand_count > max_operands) {
        char shown[64];
        const char *word = settings->operands[max_operands];

        return error_set(error, STATUS_USAGE, EINVAL, "%s: unexpected \"%s\"", argv[0],
                         error_escape(shown, sizeof(shown), word, strlen(word)));
    }
    return 0;
}
