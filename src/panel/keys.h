/* The keys of the panel: one list for what they do, the help and the tests. */
#ifndef PANEL_KEYS_H
#define PANEL_KEYS_H

/* Keys that are no characters. */
enum {
    KEYS_UP = 0x100,
    KEYS_DOWN,
    KEYS_LEFT,
    KEYS_RIGHT,
    KEYS_ERASE, /* backspace */
    KEYS_F,     /* F0; F1 follows */
};

#define KEYS_ESCAPE 27

/* Identifier, up to three keys, as they are shown, what they do. The controls of the machine have
 * the names of the Programmer's Reference Manual. */
/* clang-format off: prose */
#define KEYS_LIST(X)                                                                               \
    X(RUN, ' ', KEYS_F + 5, 0, "space F5", "run, stop: the stop/run switch")                       \
    X(STEP, 's', '.', KEYS_F + 10, "s . F10",                                                      \
      "step: single prepulse (KSP); with MAN, the switches' instruction")                          \
    X(BACK, 'b', ',', 0, "b ,", "step back; :back 1000 goes further")                              \
    X(FASTER, '+', 0, 0, "+", "ten times faster, in the end without a limit")                      \
    X(SLOWER, '-', 0, 0, "-", "ten times slower")                                                  \
    X(ORIGINAL, '=', 0, 0, "=", "the speed of 1948: 694 instructions a second, 1.44 ms each")      \
    X(UNLIMITED, '*', 0, 0, "*", "as fast as the engine goes")                                     \
    X(LINE_UP, KEYS_UP, 0, 0, "up", "line switches (L): the line before")                          \
    X(LINE_DOWN, KEYS_DOWN, 0, 0, "down", "line switches (L): the next line")                      \
    X(FUNCTION, 'f', 0, 0, "f", "function switches (F): the next function")                        \
    X(MANUAL, 'm', 0, 0, "m", "MAN, AUTO: obey the switches or the store")                         \
    X(BIT_LEFT, KEYS_LEFT, 0, 0, "left", "typewriter: the key before")                             \
    X(BIT_RIGHT, KEYS_RIGHT, 0, 0, "right", "typewriter: the next key")                            \
    X(PRESS, '\n', 0, 0, "Enter", "typewriter: press the key, which writes or erases its bit")     \
    X(WRITE, 'w', 0, 0, "w", "write, erase: what the keys of the typewriter do")                   \
    X(ONE, '1', 0, 0, "1", "write a 1 and go to the next bit")                                     \
    X(ZERO, '0', 0, 0, "0", "write a 0 and go to the next bit")                                    \
    X(CLEAR_LINE, 'L', 0, 0, "L", "clear the line of the switches (KLC)")                          \
    X(CLEAR_STORE, 'S', 0, 0, "S", "clear the store (KSC)")                                        \
    X(CLEAR_A, 'A', 0, 0, "A", "clear the accumulator (KAC)")                                      \
    X(CLEAR_CONTROL, 'C', 0, 0, "C", "clear control and accumulator (KCC)")                        \
    X(DISPLAY, 'd', 0, 0, "d", "the monitor shows the next of store, accumulator, control")        \
    X(SHOW_STORE, KEYS_F + 2, 0, 0, "F2", "the monitor shows the store")                           \
    X(SHOW_A, KEYS_F + 3, 0, 0, "F3", "the accumulator")                                           \
    X(SHOW_CONTROL, KEYS_F + 4, 0, 0, "F4", "the control tube, CI and PI")                         \
    X(BREAK, 'p', 0, 0, "p", "breakpoint on the line of the switches, or none")                    \
    X(UNDO, 'u', 0, 0, "u", "undo the last change")                                                \
    X(RELOAD, 'r', 0, 0, "r", "load the program again")                                            \
    X(COMMAND, ':', 0, 0, ":", "a command of the debugger: until, goto, deposit, save; :help")     \
    X(HELP, KEYS_F + 1, '?', 'h', "F1 ? h", "these keys")                                          \
    X(QUIT, 'q', 0, 0, "q", "quit")
/* clang-format on */

enum action {
    ACTION_NONE,
#define X(id, first, second, third, shown, help) ACTION_##id,
    KEYS_LIST(X)
#undef X
        ACTION_COUNT,
};

/* A row of the help. */
struct keys_help {
    const char *shown, *text;
};

/* By enum action; ACTION_NONE has none. */
extern const struct keys_help keys_help[ACTION_COUNT];

/* What the key does, ACTION_NONE for nothing. */
enum action keys_action(int key);

#endif
