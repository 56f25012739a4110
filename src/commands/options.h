/* Every option of every command: one list for parsing, help, the manual page and completion. */
#ifndef COMMANDS_OPTIONS_H
#define COMMANDS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choice.h"
#include "base/error.h"
#include "machine/config.h"
#include "pool/line.h"
#include "pool/sums.h"
#include "sandbox/sandbox.h"
#include "ssem/formats.h"

/* Words of a program that --set changes. */
struct changes {
    uint32_t lines; /* those of the store, a bit each */
    uint32_t store[ABI_LINES];
    bool has_a, has_ci;
    uint32_t a, ci;
};

/* Of a sweep: number from 0, below count. */
struct shard_choice {
    uint64_t number, count;
};

/* Programs of each kind that a sweep keeps. */
struct keep {
    uint32_t most[SUMS_KIND_COUNT];
};

/* How far a run goes. */
struct run_limit {
    uint64_t count; /* SSEM instructions since the program's beginning, UINT64_MAX for none */
    bool is_more;   /* since the state that the run begins with, rather */
};

/* What moves: identifier, name, meaning. */
#define OPTIONS_MODES(X)                                                                           \
    X(STATE, state, "store, A, CI: to any engine, backend and processor")                          \
    X(PRECOPY, precopy, "the VM, whose memory goes in rounds while it runs")

enum mode {
#define X(id, name, meaning) MODE_##id,
    OPTIONS_MODES(X)
#undef X
        MODE_COUNT,
};

/* What the options ask for. A field that no option of the command fills is zero. */
struct settings {
    struct machine_config config;
    uint32_t engines, backends; /* of compare and verify: a bit for each */
    uint64_t limit;             /* SSEM instructions, UINT64_MAX for none */
    bool json;
    bool list;
    bool explain;
    bool diff;
    bool with_qemu;
    bool demo, ascii;     /* of panel */
    double budget;        /* seconds that measuring may take */
    const char *trace;    /* path of a file to write, NULL for none, like those below */
    const char *html;     /* a page with charts */
    const char *csv;      /* a line for each sample */
    const char *picture;  /* SVG of the final store */
    const char *save;     /* the state, to go on from */
    const char *snapshot; /* the VM */
    uint64_t clones;
    const char *move_to;         /* unix:PATH, or a command */
    struct run_limit move_after; /* is_more if it was given */
    enum mode mode;
    uint64_t rounds;    /* at most, 0 unless given */
    uint64_t bandwidth; /* pages a second, 0 for any */
    double silence;     /* seconds that the other side may say nothing */
    const char *chart;  /* SVG of the rounds, NULL for none */
    bool measure;
    double save_every; /* seconds, 0 for at the end alone */
    struct run_limit run_limit;
    const char *output;        /* NULL for standard output */
    const struct format *from; /* of the program, NULL for the one that its content shows */
    const struct format *to;
    struct changes changes; /* to the program */
    int origin;             /* line of the first statement, or SOURCE_ORIGIN_DEFAULT */
    enum sandbox_mode sandbox;
    uint64_t steps, last_steps; /* of run: rows of the trace, 0 for none */
    uint64_t given;             /* 1 << enum option_id for each option that is there */
    bool last; /* the process ends with this command, and what exit frees may be left to it */
    unsigned workers; /* 0: as many as there are CPUs */
    uint64_t slice;   /* SSEM instructions */
    bool unordered;
    bool store;
    const char *checkpoint; /* path, NULL for none */
    enum line_format answers;
    struct shard_choice shard;
    struct keep keep;
    const char *folder; /* NULL for none */
    bool merge, check, certify;
    int operand_count;
    char **operands; /* into argv */
};

/* Options by row; the same name may have two rows for commands that mean different things by it. */
enum option_id {
    OPTION_END,
    OPTION_BACKEND,
    OPTION_BACKENDS,
    OPTION_ENGINE,
    OPTION_ENGINES,
    OPTION_TRANSPORT,
    OPTION_GUEST,
    OPTION_LIMIT,
    OPTION_RUN_LIMIT,
    OPTION_TIMEOUT,
    OPTION_STATS,
    OPTION_TRACE,
    OPTION_JSON,
    OPTION_HTML,
    OPTION_FROM,
    OPTION_TO,
    OPTION_OUTPUT,
    OPTION_ORIGIN,
    OPTION_PICTURE,
    OPTION_SAVE,
    OPTION_SAVE_EVERY,
    OPTION_SNAPSHOT,
    OPTION_MOVE_TO,
    OPTION_MOVE_AFTER,
    OPTION_MODE,
    OPTION_ROUNDS,
    OPTION_BANDWIDTH,
    OPTION_CHART,
    OPTION_SILENCE,
    OPTION_WRITES,
    OPTION_CLONES,
    OPTION_MEASURE,
    OPTION_LIST,
    OPTION_EXPLAIN,
    OPTION_DIFF,
    OPTION_SANDBOX,
    OPTION_WITH_QEMU,
    OPTION_SET,
    OPTION_BUDGET,
    OPTION_CSV,
    OPTION_STEPS,
    OPTION_LAST,
    OPTION_DEMO,
    OPTION_ASCII,
    OPTION_WORKERS,
    OPTION_SLICE,
    OPTION_UNORDERED,
    OPTION_CHECKPOINT,
    OPTION_ANSWERS,
    OPTION_STORE,
    OPTION_SHARD,
    OPTION_KEEP,
    OPTION_FOLDER,
    OPTION_MERGE,
    OPTION_CHECK,
    OPTION_CERTIFY,
    OPTION_COUNT,
};

struct option_row {
    const char *name;     /* without the dashes */
    char letter;          /* without the dash, NUL for none */
    const char *argument; /* NULL for a flag; [=ARGUMENT] for one that may be left out */
    const char *help;     /* a phrase, without choices and default, which are added to it */
    const char *initial;  /* the default, as a user would write it; NULL for none */
    size_t offset;        /* of the field in struct settings */
    /* Reads value (NULL for none) into the field. Returns 0, or -EINVAL with text, status 64. */
    int (*parse)(void *field, const struct option_row *row, const char *value, struct error *error);
    const struct choice *choices; /* NULL if there is no such list */
};

extern const struct option_row options_table[OPTION_COUNT];

/* An option that a command takes; a list of them ends with OPTION_END. */
struct accepted {
    enum option_id id;
    const char *initial; /* NULL for the row's */
    const char *help;    /* NULL for the row's */
};

/* The default of an accepted option, NULL for none; the text is the one that is parsed. */
const char *options_initial(const struct accepted *accepted);

/* The help of an accepted option with its choices and its default, "" for what does not fit into
 * size bytes. Returns out. */
const char *options_help(const struct accepted *accepted, char *out, size_t size);

/* Parses argv (argv[0] is the command's name) against the options listed in accepts. Fills
 * *settings, defaults included; operands keep their order, at most max_operands of them. On error
 * returns -EINVAL with text and status 64. Sets *help if --help was given and then stops. */
int options_parse(struct settings *settings, const struct accepted *accepts, int max_operands,
                  int argc, char **argv, bool *help, struct error *error);

/* For a command that runs natively alone, if native: refuses a --transport, which would do nothing.
 * Returns 0, or -EINVAL with text and status 64. */
int options_check_transport(const struct settings *settings, const char *command, bool native,
                            struct error *error);

#endif
