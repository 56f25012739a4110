/* A tour of the machine of 1948: explanations, and keys that are pressed meanwhile. */
#include "panel/tour.h"

#include "base/clock.h"

/* At each stop: seconds, keys that are pressed on arrival, and up to three lines of 78 columns. */
static const struct {
    unsigned seconds;
    const char *keys;
    const char *text;
} stops[] = {
    /* clang-format off: prose */
    {12, "=",
     "Manchester, 21 June 1948: a program runs from an electronic store for the first time. The "
     "store of the Baby is a cathode-ray tube with 32 lines of 32 bits. A dash is 1, a dot 0, and "
     "the least significant bit is on the left."},
    {10, "",
     "Lines 1 to 19 are the program. It looks for the greatest proper divisor of 2^18 by trying "
     "every number from 2^18 - 1 downwards, and tries each by subtracting it again and again. "
     "Lines 20 to 24 are its numbers."},
    {12, "s",
     "One instruction. First 1 is added to CI, the control instruction; then the line that it "
     "names is fetched as PI, the present instruction, and obeyed. So a program begins on line 1, "
     "and the action line is lit on the tube."},
    {12, "",
     "It was LDN 24: A became minus what line 24 holds. Only a subtractor was built, so that the "
     "Baby loads numbers negated and has no addition: a + b is -(-a - b), with two more "
     "instructions."},
    {15, " ",
     "Now it runs at the speed of 1948: 694 instructions a second, 1.44 ms each, beside which the "
     "tube must be kept from fading. Lines 6 to 8 subtract until A is negative."},
    {12, "",
     "Watch line 26, which holds the number that is tried, negated, and lines 25 and 27. At this "
     "speed the program takes 50 minutes. In 1948 it was 52."},
    {8, "*",
     "The same without a limit of speed. This Baby is a guest in a virtual machine: each piece of "
     "work is a job that crosses into the guest and back, and costs one exit. They are counted on "
     "the right."},
    {12, "",
     "STP: the stop lamp is lit. Line 27 holds the answer, 131072, which is 2^17: one 1, on bit "
     "17. 2,097,154 instructions were obeyed."},
    {12, ":back 1000000\n",
     "What no machine of 1948 could: a million instructions back. The state is exactly the one "
     "that there was then, because the program runs again from a state that was kept."},
    {10, "r=",
     "The panel is yours now: space runs and stops, s steps, b steps back, + and - change the "
     "speed, the arrows choose a line and a bit, 1 and 0 write it, F1 lists all keys, q quits."},
    /* clang-format on */
};

#define STOPS (sizeof(stops) / sizeof(stops[0]))

static int arrive(struct tour *tour, struct panel *panel, struct error *error)
{
    int result = 0;

    tour->began = clock_now();
    if (tour->stop >= STOPS)
        return 0;
    for (const char *key = stops[tour->stop].keys; *key && result == 0; key++)
        result = panel_key(panel, (unsigned char)*key, error);
    return result;
}

int tour_begin(struct tour *tour, struct panel *panel, struct error *error)
{
    tour->stop = 0;
    return arrive(tour, panel, error);
}

const char *tour_text(const struct tour *tour)
{
    return tour->stop < STOPS ? stops[tour->stop].text : NULL;
}

int tour_tick(struct tour *tour, struct panel *panel, struct error *error)
{
    if (tour->stop >= STOPS ||
        clock_now() - tour->began < (uint64_t)stops[tour->stop].seconds * 1000000000)
        return 0;
    tour->stop++;
    return arrive(tour, panel, error);
}

int tour_key(struct tour *tour, struct panel *panel, int key, struct error *error)
{
    if (key == 'q' || key == KEYS_ESCAPE) {
        tour->stop = STOPS;
        return 0;
    }
    if (key != ' ' && key != '\n')
        return 0;
    tour->stop++;
    return arrive(tour, panel, error);
}
