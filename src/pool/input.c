/* The lines that come in: read as they come, and cut into chunks. */
#include "pool/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER (1024 * 1024)

_Static_assert(BUFFER > 2 * CHUNK_TEXT && CHUNK_TEXT > LINE_MOST + 2, "a chunk fits");

int input_open(struct input *input, int fd, struct error *error)
{
    *input = (struct input){.fd = fd, .buffer = malloc(BUFFER)};
    return input->buffer ? 0 : error_memory(error);
}

void input_close(struct input *input)
{
    free(input->buffer);
    input->buffer = NULL;
}

/* FNV-1a. */
static uint64_t check_of(const char *bytes, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)bytes[i]) * 0x100000001b3;
    return hash;
}

static int read_failed(struct error *error)
{
    const int code = errno;

    return error_set(error, STATUS_IO, code, "reading the lines: %s", strerror(code));
}

bool input_wants(const struct input *input)
{
    return !input->ended && input->end - input->start < 2 * CHUNK_TEXT;
}

int input_read(struct input *input, struct error *error)
{
    ssize_t got;

    if (!input_wants(input))
        return 0;
    if (input->start > 0) {
        memmove(input->buffer, input->buffer + input->start, input->end - input->start);
        input->end -= input->start;
        input->start = 0;
    }
    do
        got = read(input->fd, input->buffer + input->end, BUFFER - input->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return read_failed(error);
    input->end += (size_t)got;
    input->ended = got == 0;
    return 0;
}

static void take(struct input *input, size_t count)
{
    input->start += count;
    input->place.offset += count;
}

/* Leaves out the rest of a line that is too long. Returns false if it goes on. */
static bool skip(struct input *input)
{
    const char *at = input->buffer + input->start;
    const char *newline = memchr(at, '\n', input->end - input->start);

    take(input, newline ? (size_t)(newline - at) + 1 : input->end - input->start);
    input->place.skips = !newline && !input->ended;
    return !input->place.skips;
}

bool input_cut(struct input *input, struct chunk *chunk)
{
    const size_t begin = input->start;
    size_t length = 0, end = 0;
    const char *text;

    if (input->place.skips && !skip(input))
        return false;
    text = input->buffer + input->start;
    chunk->first = input->place.lines + 1;
    chunk->lines = 0;
    while (chunk->lines < CHUNK_LINES && length < CHUNK_TEXT && !input->place.skips) {
        const char *at = text + length;
        const size_t there = input->end - input->start;
        const char *newline = memchr(at, '\n', there < LINE_MOST + 1 ? there : LINE_MOST + 1);
        size_t line = newline ? (size_t)(newline - at) : there;

        if (!newline && there <= LINE_MOST && !(input->ended && there > 0))
            break;
        if (!newline && there > LINE_MOST) {
            line = LINE_MOST + 1;
            input->place.skips = true;
        }
        end = length + line;
        length = end + 1;
        chunk->ends[chunk->lines++] = (uint32_t)end;
        take(input, line + (newline != NULL));
    }
    memcpy(chunk->text, text, end);
    chunk->text[end] = '\n';
    input->place.lines += chunk->lines;
    input->place.checked =
        input->start - begin < INPUT_CHECK ? (uint32_t)(input->start - begin) : INPUT_CHECK;
    input->place.check =
        check_of(input->buffer + input->start - input->place.checked, input->place.checked);
    chunk->from = 0;
    chunk->to = chunk->lines;
    return chunk->lines > 0;
}

/* Reads up to an offset, for what has no lseek(2); the last bytes are then at the buffer's end. */
static int read_to(struct input *input, uint64_t offset, struct error *error)
{
    uint64_t at = 0;

    while (at < offset) {
        const uint64_t left = offset - at;
        ssize_t got;

        if (input->end > BUFFER / 2) {
            memmove(input->buffer, input->buffer + input->end - INPUT_CHECK, INPUT_CHECK);
            input->end = INPUT_CHECK;
        }
        got = read(input->fd, input->buffer + input->end,
                   left < BUFFER / 2 ? (size_t)left : BUFFER / 2);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return read_failed(error);
        if (got == 0)
            break;
        input->end += (size_t)got;
        at += (uint64_t)got;
    }
    return at == offset ? 0 : -ENODATA;
}

int input_seek(struct input *input, const struct input_place *place, struct error *error)
{
    const size_t checked = place->checked;
    const bool begins = place->offset == 0;
    const bool seeks = lseek(input->fd, (off_t)(place->offset - checked), SEEK_SET) >= 0;
    int result = read_to(input, seeks ? checked : place->offset, error);

    if (result == -ENODATA ||
        (result == 0 && !begins &&
         check_of(input->buffer + input->end - checked, checked) != place->check))
        return error_set(error, STATUS_DATA, EINVAL,
                         "the checkpoint is of another input: what comes before byte %llu differs",
                         (unsigned long long)place->offset);
    input->start = input->end;
    input->place = *place;
    return result;
}
