/* What the debugger's commands have in common: answers, and numbers in their arguments. */
#include "debug/answer.h"

#include <inttypes.h>
#include <string.h>

#include "base/digits.h"
#include "ssem/isa.h"

int answer_refuse(struct console *console, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("error: ", console->out);
    vfprintf(console->out, format, arguments);
    fputc('\n', console->out);
    va_end(arguments);
    return REFUSED;
}

int answer_refuse_word(struct console *console, const char *word, const char *want)
{
    char shown[64];

    if (!*word)
        return answer_refuse(console, "an argument is missing: %s", want);
    return answer_refuse(console, "\"%s\" is not %s",
                         error_escape(shown, sizeof(shown), word, strlen(word)), want);
}

char *answer_skip(char *text)
{
    return text + strspn(text, " \t");
}

bool answer_number(const char *text, uint64_t initial, uint64_t most, uint64_t *number)
{
    const char *end;

    *number = initial;
    if (!*text)
        return true;
    end = digits_read(text, number);
    return end && !*end && *number <= most;
}

bool answer_count(struct console *console, const char *text, uint64_t initial, uint64_t most,
                  uint64_t *count)
{
    const bool is_number = answer_number(text, initial, most, count);
    char want[64];

    if (is_number && *count > 0)
        return true;
    if (is_number)
        snprintf(want, sizeof(want), "a number from 1 on");
    else if (most > ANSWER_TRACE_MOST)
        snprintf(want, sizeof(want), "a number of instructions");
    else
        snprintf(want, sizeof(want), "a number up to %" PRIu64, most);
    answer_refuse_word(console, text, want);
    return false;
}

void answer_position(const struct console *console)
{
    const struct session *session = console->session;
    const struct baby *m = &session->now.state;
    const uint32_t line = (m->ci + 1) % ABI_LINES;
    char instruction[8];

    fprintf(console->out, "%" PRIu64 " obeyed; next: line %u %s; A = %" PRId32 "\n",
            session_executed(session), (unsigned)line, isa_text(m->store[line], instruction),
            isa_number(m->a));
}
