/* Fuzz target of a VM that comes by pre-copy: the input is what the other side says after its
 * greeting. The check of the vCPU is put right first, since it keeps accidents out and no attacker.
 *
 * It is refused with a plain text; or each page that is not zero has come, and the others are. */
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands/precopy.h"
#include "fuzz.h"

static void seal(uint8_t *head)
{
    static struct snapshot snapshot;

    memcpy(&snapshot, head, sizeof(snapshot));
    snapshot.check = snapshot_check(&snapshot, NULL, 0);
    memcpy(head + offsetof(struct snapshot, check), &snapshot.check, sizeof(snapshot.check));
}

/* Goes from line to line to where the vCPU is. */
static void seal_stream(uint8_t *bytes, size_t size)
{
    uint8_t *at = bytes, *end = bytes + size, *line;

    for (; (line = memchr(at, '\n', (size_t)(end - at))); at = line + 1 + ABI_PAGE) {
        const size_t left = (size_t)(end - line - 1);

        if (memcmp(at, "stop ", 5) == 0 && left >= sizeof(struct snapshot))
            seal(line + 1);
        if (memcmp(at, "page ", 5) != 0 || left < ABI_PAGE)
            return;
    }
}

static void check_taken(const struct incoming *incoming)
{
    const struct snapshot *snapshot = &incoming->snapshot;

    CHECK(snapshot->booted == 1 && snapshot->outstanding == 0, "a VM in the middle of a job");
    CHECK(snapshot->job.engine < ENGINE_COUNT && snapshot->transport < TRANSPORT_COUNT,
          "engine %u, transport %u", snapshot->job.engine, snapshot->transport);
    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++) {
        const bool has_come = incoming->came.pages[i / 8] >> i % 8 & 1;

        CHECK(has_come || !snapshot_has_page(snapshot, i), "page %u has not come", i);
        CHECK(!has_come || snapshot_has_page(snapshot, i) ||
                  snapshot_is_zero(incoming->memory + i * ABI_PAGE),
              "page %u is not zero", i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[ABI_MEMORY_SIZE];
    static struct incoming incoming = {.memory = memory};
    static struct error error;
    static struct channel channel;
    uint8_t *bytes = malloc(size + 8);
    const int file = memfd_create("stream", 0);
    int result;

    CHECK(bytes && file >= 0, "out of memory");
    memset(bytes, 0, size + 8);
    if (size)
        memcpy(bytes, data, size);
    seal_stream(bytes, size);
    CHECK(write(file, bytes, size) == (ssize_t)size && lseek(file, 0, SEEK_SET) == 0, "no file");
    channel = (struct channel){.is_open = true, .in = file, .out = -1, .silence = 1};
    error.text[0] = '\0';
    result = precopy_receive(&channel, &incoming, &error);
    if (result == 0)
        check_taken(&incoming);
    else
        check_error(&error, result);
    close(file);
    free(bytes);
    return 0;
}
