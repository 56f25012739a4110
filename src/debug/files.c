/* The debugger's commands for programs and files. */
#include "debug/files.h"

#include <string.h>

#include "ssem/svg.h"

int files_load(struct console *console, char *arguments, struct error *error)
{
    uint64_t number;

    (void)error;
    if (!answer_number(arguments, 1, UINT64_MAX, &number))
        return answer_refuse_word(console, arguments, "the number of a program");
    if (number == 0)
        return answer_refuse(console, "programs are counted from 1");
    if (number > (uint64_t)console->program_count)
        return answer_refuse(console, "only %d program%s given", console->program_count,
                             console->program_count == 1 ? " was" : "s were");
    session_load(console->session, &console->programs[number - 1].state);
    fprintf(console->out, "loaded %s: ", console->programs[number - 1].name);
    answer_position(console);
    return CARRIED_OUT;
}

/* Publishes what has been written to an output. */
static int publish(struct console *console, struct output *output, struct error *error)
{
    char shown[128];

    if (output_publish(output, error) < 0) {
        answer_refuse(console, "%s", error->text);
        error->text[0] = '\0';
        return REFUSED;
    }
    fprintf(console->out, "written to %s\n",
            error_escape(shown, sizeof(shown), output->path, strlen(output->path)));
    return CARRIED_OUT;
}

int files_save(struct console *console, char *arguments, struct error *error)
{
    struct baby m = console->session->now.state;

    (void)arguments;
    if (!console->save->stream)
        return answer_refuse(console, "no file was opened for it: start with --output=FILE");
    m.executed = session_executed(console->session);
    console->format->write(console->save->stream, &m);
    return publish(console, console->save, error);
}

int files_picture(struct console *console, char *arguments, struct error *error)
{
    (void)arguments;
    if (!console->picture->stream)
        return answer_refuse(console, "no file was opened for it: start with --picture=FILE");
    svg_write(console->picture->stream, &console->session->now.state);
    return publish(console, console->picture, error);
}
