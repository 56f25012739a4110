/* The panel without a screen: what each key does to the machine, and the clock of its speeds. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "panel/panel.h"
#include "panel/tour.h"
#include "report/text.h"
#include "ssem/step.h"
#include "suites.h"

static struct error error;
static struct session session;
static struct panel panel;
static struct program program;
static struct output nothing;
static struct machine *machine;
static const struct machine_config config = {
    .backend = BACKEND_NATIVE, .engine = ENGINE_DYNAMIC, .seconds = 60};

static void sit_down(void)
{
    const struct console console = {
        .session = &session,
        .config = &config,
        .programs = &program,
        .program_count = 1,
        .save = &nothing,
        .picture = &nothing,
    };

    ck_assert_msg(program_read(&program, NULL, &error) == 0, "%s", error.text);
    ck_assert_msg(machine_open(&machine, &config, &error) == 0, "%s", error.text);
    session_begin(&session, machine, &program.state);
    panel_begin(&panel, &console);
}

static void stand_up(void)
{
    panel_end(&panel);
    machine_close(machine);
}

static void press(const char *keys)
{
    for (; *keys; keys++)
        ck_assert_msg(panel_key(&panel, (unsigned char)*keys, &error) == 0, "%s", error.text);
}

static void press_key(int key)
{
    ck_assert_msg(panel_key(&panel, key, &error) == 0, "%s", error.text);
}

/* Lets the machine run until it stops. */
static void run_out(void)
{
    for (int i = 0; i < 10000 && panel.running; i++)
        ck_assert_msg(panel_tick(&panel, &error) >= 0, "%s", error.text);
    ck_assert(!panel.running);
}

static const struct baby *now(void)
{
    return &session.now.state;
}

START_TEST(every_key_does_something)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
        ck_assert_ptr_nonnull(keys_help[action].shown);
        ck_assert_uint_gt(strlen(keys_help[action].text), 3);
        ck_assert_uint_le(strlen(keys_help[action].text), 69);
    }
    ck_assert_int_eq(keys_action(0), ACTION_NONE);
    ck_assert_int_eq(keys_action('~'), ACTION_NONE);
    ck_assert_int_eq(keys_action(KEYS_F + 10), ACTION_STEP);
    /* No key does two things. */
    for (int key = 1; key < KEYS_F + 13; key++) {
        int count = 0;

#define HAS(id, first, second, third, shown, help)                                                 \
    count += first == key || second == key || third == key;
        KEYS_LIST(HAS)
        ck_assert_int_le(count, 1);
    }
}
END_TEST

START_TEST(steps_runs_and_goes_back)
{
    struct baby m = program.state;

    press("s.s");
    for (int i = 0; i < 3; i++)
        step(&m);
    ck_assert(step_same(now(), &m));
    press("b,");
    ck_assert_uint_eq(now()->executed, 1);
    press("* ");
    ck_assert(panel.running);
    run_out();
    ck_assert_uint_eq(now()->executed, 2097154);
    ck_assert_uint_eq(now()->store[27], 131072);
    ck_assert_int_eq(session.now.stop, STOP_STP);
    press(":back 1000000\n");
    ck_assert_uint_eq(now()->executed, 1097154);
    press("r");
    ck_assert(step_same(now(), &program.state));
    press("u");
    ck_assert_uint_eq(now()->executed, 1097154);
}
END_TEST

START_TEST(the_typewriter_writes)
{
    press("L");
    ck_assert_uint_eq(now()->store[1], 0);
    press("1011");
    ck_assert_uint_eq(now()->store[1], 13);
    ck_assert_uint_eq(panel.bit, 4);
    press_key(KEYS_LEFT);
    press("w\n");
    ck_assert_uint_eq(now()->store[1], 5);
    press("w\n");
    ck_assert_uint_eq(now()->store[1], 13);
    press_key(KEYS_DOWN);
    ck_assert_uint_eq(panel.line, 2);
    press_key(KEYS_UP);
    press_key(KEYS_UP);
    press_key(KEYS_UP);
    ck_assert_uint_eq(panel.line, 31);
    for (int i = 0; i < 29; i++)
        press_key(KEYS_RIGHT);
    ck_assert_uint_eq(panel.bit, 0);
    panel_point(&panel, 22, 31, true);
    ck_assert_uint_eq(now()->store[22], 0x80000004u);
    panel_point(&panel, 22, 31, true);
    ck_assert_uint_eq(now()->store[22], 4);
    panel_point(&panel, 21, 3, false);
    ck_assert_uint_eq(now()->store[21], 1);
    press("sSAC");
    for (int line = 0; line < ABI_LINES; line++)
        ck_assert_uint_eq(now()->store[line], 0);
    ck_assert_uint_eq(now()->a, 0);
    ck_assert_uint_eq(now()->ci, 0);
    press("uuu");
    ck_assert_uint_eq(now()->executed, 1);
    ck_assert_uint_eq(now()->store[22], 4);
}
END_TEST

/* A program that waits for line 22 to be fed: 1 LDN 22, 2 CMP, 3 JMP 20 (to 1), 4 STP. */
START_TEST(a_running_program_is_fed)
{
    program.state = (struct baby){.store = {[1] = 0x4016, 0xc000, 0x14, 0xe000}};
    session_begin(&session, machine, &program.state);
    press("* ");
    for (int i = 0; i < 3; i++)
        ck_assert_int_ge(panel_tick(&panel, &error), 0);
    ck_assert(panel.running);
    panel_point(&panel, 22, 0, true);
    ck_assert(panel.running);
    run_out();
    ck_assert_uint_eq(now()->ci, 4);
    ck_assert_int_eq(session.now.stop, STOP_STP);
    press("r ");
    ck_assert_int_ge(panel_tick(&panel, &error), 0);
    press(":d 22 1\n");
    ck_assert(panel.running);
    run_out();
    ck_assert_uint_eq(now()->ci, 4);
}
END_TEST

START_TEST(the_switches_are_obeyed)
{
    struct baby m;

    press("m");
    press(" ");
    ck_assert(!panel.running);
    for (int i = 0; i < 2; i++)
        press("f");
    for (int i = 0; i < 19; i++)
        press_key(KEYS_DOWN);
    ck_assert_uint_eq(panel_switches(&panel), 0x4014);
    press("s");
    m = program.state;
    m.a = 3; /* LDN 20, which is -3 */
    m.ci = 1;
    ck_assert(step_same(now(), &m));
    ck_assert_uint_eq(now()->executed, 1);
    press("fs"); /* STO 20 */
    m.store[20] = 3;
    m.ci = 2;
    ck_assert(step_same(now(), &m));
    press("m s");
    ck_assert_uint_eq(now()->ci, 3);
}
END_TEST

START_TEST(shows_what_is_chosen)
{
    press("ss");
    ck_assert_uint_eq(panel_row(&panel, 24), 262143);
    press("d");
    ck_assert_uint_eq(panel_row(&panel, 7), now()->a);
    press("d");
    ck_assert_uint_eq(panel_row(&panel, 0), 2);
    ck_assert_uint_eq(panel_row(&panel, 1), 0x601a);
    press_key(KEYS_F + 2);
    ck_assert_int_eq(panel.display, PANEL_STORE);
    press_key(KEYS_F + 3);
    ck_assert_int_eq(panel.display, PANEL_A);
    press_key(KEYS_F + 4);
    ck_assert_int_eq(panel.display, PANEL_CONTROL);
    press("p");
    ck_assert(panel_breaks(&panel, 1));
    press("* ");
    press("p");
    ck_assert(!panel_breaks(&panel, 1));
}
END_TEST

START_TEST(stops_at_a_breakpoint)
{
    press(":break 13\n");
    press("* ");
    run_out();
    ck_assert_uint_eq(now()->executed, 2097153);
    ck_assert_ptr_nonnull(strstr(panel.message, "breakpoint 1, line 13"));
}
END_TEST

START_TEST(pages_are_turned)
{
    int turns = 0;

    press_key(KEYS_F + 1);
    ck_assert_ptr_nonnull(panel.page);
    for (; panel.page && turns < 10; turns++)
        press("s");
    ck_assert_int_eq(turns, (ACTION_COUNT - 1 + PANEL_PAGE - 1) / PANEL_PAGE);
    ck_assert_uint_eq(now()->executed, 0);
    press(":list\n");
    ck_assert_ptr_nonnull(panel.page);
    press("xx");
    ck_assert_ptr_null(panel.page);
    press(":e 24\n");
    ck_assert_ptr_null(panel.page);
    ck_assert_ptr_nonnull(strstr(panel.message, "262143"));
    press(":nonsense\n");
    ck_assert_ptr_nonnull(strstr(panel.message, "error"));
    press(":xy");
    press_key(KEYS_ERASE);
    press_key(KEYS_ERASE);
    press_key(KEYS_ERASE);
    ck_assert(!panel.typing);
    press(":");
    press_key(KEYS_ESCAPE);
    ck_assert(!panel.typing);
    for (int i = 0; i < 2 * PANEL_TEXT; i++)
        press(i ? "x" : ":");
    press("\n");
    ck_assert_ptr_nonnull(strstr(panel.message, "error"));
    press("q");
    ck_assert(panel.quit);
}
END_TEST

/* As many instructions as are due by the panel's own clock, whatever the host's load makes of it.
 */
START_TEST(runs_at_its_speed)
{
    const double rate = pace_rate(PACE_ORIGINAL + _i);

    program.state = (struct baby){.store = {0}};
    session_begin(&session, machine, &program.state);
    press("=");
    for (int i = 0; i < _i; i++)
        press("+");
    press(" ");
    for (int i = 0; i < 10; i++) {
        const uint64_t before = clock_now();
        uint64_t began;

        usleep(16000);
        began = panel.pace.began;
        ck_assert_int_ge(panel_tick(&panel, &error), 0);
        /* A clock that was started anew has forgotten what was due. */
        if (panel.pace.began != began)
            continue;
        const double executed = (double)(now()->executed - panel.pace.began_executed);

        ck_assert_double_le(executed, (double)(clock_now() - panel.pace.began) / 1e9 * rate);
        ck_assert_double_ge(executed + 1, (double)(before - panel.pace.began) / 1e9 * rate);
    }
}
END_TEST

START_TEST(speeds_have_ends)
{
    for (int i = 0; i < 20; i++)
        press("+");
    ck_assert_int_eq(panel.pace.speed, PACE_UNLIMITED);
    ck_assert_double_le(pace_rate(PACE_UNLIMITED), 0);
    for (int i = 0; i < 20; i++)
        press("-");
    ck_assert_int_eq(panel.pace.speed, 0);
    press("=");
    ck_assert_double_gt(pace_rate(panel.pace.speed), 694);
    ck_assert_double_lt(pace_rate(panel.pace.speed), 695);
}
END_TEST

START_TEST(frames_cost_little)
{
    const uint64_t ms = 1000 * 1000;

    ck_assert_uint_eq(pace_frame(0), 50 * ms);
    ck_assert_uint_eq(pace_frame(ms / 2), 50 * ms);
    ck_assert_uint_eq(pace_frame(2 * ms), 98 * ms);
    ck_assert_uint_eq(pace_frame(4 * ms), 196 * ms);
    ck_assert_uint_eq(pace_frame(6 * ms), 250 * ms);
    ck_assert_uint_eq(pace_frame(UINT64_MAX), 250 * ms);
}
END_TEST

/* Rows of 78 columns that a text takes. */
static int rows_of(const char *text)
{
    int rows = 0;

    for (; *text; rows++) {
        text += text_fits(text, 78);
        text += strspn(text, " ");
    }
    return rows;
}

START_TEST(words_are_cut_only_alone)
{
    ck_assert_uint_eq(text_fits("one two", 7), 7);
    ck_assert_uint_eq(text_fits("one two", 6), 3);
    ck_assert_uint_eq(text_fits("one two three", 7), 7);
    ck_assert_uint_eq(text_fits("one\ntwo", 7), 3);
    ck_assert_uint_eq(text_fits("abcdef two", 4), 4);
    ck_assert_uint_eq(text_fits("", 4), 0);
}
END_TEST

START_TEST(the_tour_comes_to_its_end)
{
    struct tour tour;
    int stops = 0;

    ck_assert_int_eq(tour_begin(&tour, &panel, &error), 0);
    for (; tour_text(&tour) && stops < 100; stops++) {
        ck_assert_int_le(rows_of(tour_text(&tour)), 3);
        ck_assert_int_ge(panel_tick(&panel, &error), 0);
        ck_assert_int_eq(tour_tick(&tour, &panel, &error), 0);
        ck_assert_int_eq(tour_key(&tour, &panel, 'x', &error), 0);
        if (strstr(tour_text(&tour), "STP")) {
            run_out();
            ck_assert_uint_eq(now()->store[27], 131072);
        }
        ck_assert_int_eq(tour_key(&tour, &panel, ' ', &error), 0);
    }
    ck_assert_int_gt(stops, 5);
    ck_assert_int_lt(stops, 100);
    ck_assert(step_same(now(), &program.state));
    ck_assert_int_eq(tour_begin(&tour, &panel, &error), 0);
    ck_assert_int_eq(tour_key(&tour, &panel, 'q', &error), 0);
    ck_assert_ptr_null(tour_text(&tour));
}
END_TEST

Suite *suite_panel(void)
{
    Suite *suite = suite_create("panel");
    TCase *tests = tcase_create("panel");

    tcase_set_timeout(tests, 30);
    tcase_add_checked_fixture(tests, sit_down, stand_up);
    tcase_add_test(tests, every_key_does_something);
    tcase_add_test(tests, steps_runs_and_goes_back);
    tcase_add_test(tests, the_typewriter_writes);
    tcase_add_test(tests, a_running_program_is_fed);
    tcase_add_test(tests, the_switches_are_obeyed);
    tcase_add_test(tests, shows_what_is_chosen);
    tcase_add_test(tests, stops_at_a_breakpoint);
    tcase_add_test(tests, pages_are_turned);
    tcase_add_loop_test(tests, runs_at_its_speed, 0, 3);
    tcase_add_test(tests, speeds_have_ends);
    tcase_add_test(tests, frames_cost_little);
    tcase_add_test(tests, words_are_cut_only_alone);
    tcase_add_test(tests, the_tour_comes_to_its_end);
    suite_add_tcase(suite, tests);
    return suite;
}
