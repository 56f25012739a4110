/* How far a long piece of work has come, for who watches it on a terminal. */
#include "pool/progress.h"

#include <inttypes.h>
#include <unistd.h>

#include "base/clock.h"

void progress_begin(struct progress *progress, FILE *stream, const char *what, double first)
{
    *progress = (struct progress){
        .stream = isatty(fileno(stream)) ? stream : NULL,
        .what = what,
        .began = clock_now(),
        .first = first,
    };
}

void progress_show(struct progress *progress, uint64_t count, double part)
{
    const uint64_t now = progress->stream ? clock_now() : 0;
    const double seconds = (double)(now - progress->began) / 1e9;

    if (!progress->stream || now - progress->shown < PROGRESS_MILLISECONDS * 1000000ull)
        return;
    progress->shown = now;
    fprintf(progress->stream, "\r\33[K%" PRIu64 " %s, %.0f/s", count, progress->what,
            (double)count / seconds);
    if (part > progress->first) {
        const double left = seconds / (part - progress->first) * (1 - part);

        fprintf(progress->stream, ", %.1f %%, %.0f s left", 100 * part, left);
    }
    fflush(progress->stream);
}

void progress_end(struct progress *progress)
{
    if (progress->stream && progress->shown)
        fputs("\r\33[K", progress->stream);
}
