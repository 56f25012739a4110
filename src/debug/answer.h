/* What the debugger's commands have in common: answers, and numbers in their arguments. */
#ifndef DEBUG_ANSWER_H
#define DEBUG_ANSWER_H

#include "debug/console.h"

/* A number of instructions that a trace may have. */
#define ANSWER_TRACE_MOST 1000000

/* How a command ends, unless it is -errno. */
enum { CARRIED_OUT, REFUSED };

/* A command; what it gets are the arguments without blanks around them, "" for none, which it may
 * change. Prints its answer. Returns CARRIED_OUT, REFUSED, or -errno with text and status for what
 * ends the session. */
typedef int carry_out(struct console *console, char *arguments, struct error *error);

/* Prints an answer for what cannot be done; returns REFUSED. */
int answer_refuse(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for a word that is not what is wanted, or is missing. */
int answer_refuse_word(struct console *console, const char *word, const char *want);

/* Where the first character is that is no blank. */
char *answer_skip(char *text);

/* Reads a number of up to most, `initial` if text is empty. Returns false for what is none. */
bool answer_number(const char *text, uint64_t initial, uint64_t most, uint64_t *number);

/* Reads how many times something is to be done, `initial` if text is empty. Returns false, having
 * answered, for 0, for one above most, and for what is no number. */
bool answer_count(struct console *console, const char *text, uint64_t initial, uint64_t most,
                  uint64_t *count);

/* Prints where the machine stands, the end of most answers. */
void answer_position(const struct console *console);

#endif
