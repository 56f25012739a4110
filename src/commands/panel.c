/* `panel`: the machine to sit at, on a terminal. */
#include <config.h>

#include <errno.h>
#include <stdlib.h>

#include "commands/commands.h"
#include "commands/desk.h"
#include "panel/screen.h"
#include "panel/tour.h"
#include "vmm/kvm.h"

#if HAVE_NCURSES

/* Serves the keys that have been pressed. */
static int take_keys(struct panel *panel, struct tour *tour, struct error *error)
{
    int result = 0, key;

    while (result == 0 && (key = screen_key(panel)) != 0)
        result = tour_text(tour) ? tour_key(tour, panel, key, error) : panel_key(panel, key, error);
    return result;
}

static int sit_at(struct panel *panel, struct tour *tour, struct screen_notes *notes,
                  struct error *error)
{
    int result = 0;

    while (result == 0 && !panel->quit && !screen_ended()) {
        int wait = panel_tick(panel, error);

        if (wait >= 0)
            result = tour_tick(tour, panel, error);
        if (wait < 0 || result < 0)
            return wait < 0 ? wait : result;
        notes->explanation = tour_text(tour);
        screen_draw(panel, notes);
        if (!screen_wait(wait))
            return error_set(error, STATUS_IO, EIO, "panel: the terminal is gone");
        screen_suspend();
        result = take_keys(panel, tour, error);
    }
    return result < 0 ? result : screen_ended() ? STATUS_SIGNAL + screen_ended() : 0;
}

static int play(struct desk *desk, const struct settings *settings, struct error *error)
{
    static struct panel panel;
    const struct console console = desk_sit(desk, settings);
    struct screen_notes notes = {
        .program = desk->programs[0].name,
        .host = kvm_kind_name(kvm_kind()),
    };
    struct tour tour = {.stop = UINT32_MAX};
    int result = 0;

    panel_begin(&panel, &console);
    if (settings->demo)
        result = tour_begin(&tour, &panel, error);
    if (result == 0)
        result = sit_at(&panel, &tour, &notes, error);
    panel_end(&panel);
    return result;
}

/* With the terminal taken over, what the sandbox reports is kept until it is given back. */
static int take_over(struct desk *desk, const struct settings *settings, struct error *error)
{
    char *text = NULL;
    size_t length;
    FILE *said = open_memstream(&text, &length);
    int result;

    if (!said)
        return error_memory(error);
    result = screen_open(settings->ascii, error);
    if (result == 0)
        result = desk_confine(desk, settings, true, said, error);
    if (result == 0)
        result = play(desk, settings, error);
    screen_close();
    if (fclose(said) == 0)
        fputs(text, stderr);
    free(text);
    return result;
}

static int panel_command(const struct settings *settings, FILE *out, struct error *error)
{
    static struct desk desk;
    int result;

    (void)out;
    if (settings->demo && settings->operand_count)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "panel: --demo plays the program of 1948 alone");
    desk = (struct desk){.count = 0};
    result = desk_open(&desk, settings, "panel", error);
    if (result == 0)
        result = take_over(&desk, settings, error);
    desk_close(&desk);
    return result;
}

#else

static int panel_command(const struct settings *settings, FILE *out, struct error *error)
{
    (void)settings, (void)out;
    return error_set(error, STATUS_USAGE, ENOSYS,
                     "panel: this babyvisor was built without ncursesw; `babyvisor debug` does "
                     "without");
}

#endif

static const struct accepted accepts[] = {
    {.id = OPTION_BACKEND},
    {.id = OPTION_ENGINE},
    {.id = OPTION_TRANSPORT},
    {.id = OPTION_GUEST},
    {.id = OPTION_TIMEOUT, .help = "end each command that runs after this time"},
    {.id = OPTION_DEMO},
    {.id = OPTION_ASCII},
    {.id = OPTION_OUTPUT, .help = "the file that :save writes"},
    {.id = OPTION_TO, .initial = "state", .help = "format of what :save writes"},
    {.id = OPTION_PICTURE, .help = "the file that :picture draws the store in"},
    {.id = OPTION_FROM},
    {.id = OPTION_ORIGIN},
    {.id = OPTION_SET},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_panel = {
    .name = "panel",
    .operands = "[PROGRAM]...",
    .summary = "Sit at the machine: its tube, switches and keys on the terminal",
    .text =
        "PROGRAM is as for `run`; without it the one of 1948 is loaded. Space runs and stops, s "
        "steps, b steps back, + and - change the speed, which is that of 1948 at first (1.44 ms "
        "an instruction, 694 a second), F1 lists all keys, q quits. A colon takes a command of "
        "`debug`. The terminal has 24 lines of 80 columns or more; NO_COLOR in the environment "
        "turns colours off.\n",
    .max_operands = DESK_PROGRAMS,
    .accepts = accepts,
    .run = panel_command,
};
