/* Every option of every command: one table for parsing, --help and the manual page. */
#ifndef COMMANDS_OPTIONS_H
#define COMMANDS_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"
#include "sandbox/sandbox.h"
#include "ssem/formats.h"

/* Options by name; a command lists the ones it takes. OPTION_END ends such a list. */
enum option_id {
    OPTION_END,
    OPTION_BACKEND,
    OPTION_ENGINE,
    OPTION_TRANSPORT,
    OPTION_GUEST,
    OPTION_LIMIT,
    OPTION_TIMEOUT,
    OPTION_STATS,
    OPTION_TRACE,
    OPTION_JSON,
    OPTION_HTML,
    OPTION_TRANSPORTS,
    OPTION_FROM,
    OPTION_TO,
    OPTION_OUTPUT,
    OPTION_ORIGIN,
    OPTION_PICTURE,
    OPTION_LIST,
    OPTION_EXPLAIN,
    OPTION_SANDBOX,
    OPTION_JOB_FILE,
    OPTION_WITH_QEMU,
    OPTION_COUNT,
};

/* Where an engine runs. */
enum backend {
    BACKEND_KVM,
    BACKEND_NATIVE,
    BACKEND_COUNT,
};

/* What the options ask for; every field has its default before parsing. */
struct settings {
    enum backend backend;
    enum engine engine;
    enum transport transport;
    bool backend_given, engine_given; /* by an option, not by default */
    const char *guest;                /* path of a guest image, NULL for the embedded one */
    uint64_t limit;                   /* SSEM instructions */
    double timeout;                   /* seconds of wall clock */
    bool stats;
    bool json;
    const char *trace; /* path of a trace to write, NULL for none */
    bool transports;
    const char *html;          /* path of a page to write, NULL for none */
    const struct format *from; /* of the program, NULL for the one that its content shows */
    const struct format *to;   /* NULL if not given */
    const char *output;        /* path of the file to write, NULL for standard output */
    int origin;                /* line of the first statement, or SOURCE_ORIGIN_DEFAULT */
    bool list;
    bool explain;
    const char *picture;  /* path of a picture to write, NULL for none */
    const char *job_file; /* path of a job to write, NULL for none */
    bool with_qemu;
    enum sandbox_mode sandbox;
    bool sandbox_given;
    int operand_count;
    char **operands; /* into argv */
};

struct option_text {
    const char *name;     /* without the dashes */
    const char *argument; /* NULL for a flag */
    const char *help;
};

extern const struct option_text options_table[OPTION_COUNT];

/* The options that have a letter as well, without the dash; NUL for the others. */
extern const char options_letters[OPTION_COUNT];

/* Names as users write them, NULL at the end. */
extern const char *const options_backends[BACKEND_COUNT + 1];
extern const char *const options_engines[ENGINE_COUNT + 1];
extern const char *const options_transports[TRANSPORT_COUNT + 1];
extern const char *const options_sandbox[SANDBOX_MODES + 1];

/* Parses argv (argv[0] is the command's name) against the options listed in accepts. Fills
 * *settings, defaults included; operands keep their order, at most max_operands of them. On error
 * returns -EINVAL with text and status 64. Sets *help if --help was given and then stops. */
int options_parse(struct settings *settings, const enum option_id *accepts, int max_operands,
                  int argc, char **argv, bool *help, struct error *error);

#endif
