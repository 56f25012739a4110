/* `snapshot`: shows what a snapshot of a VM holds. */
#include "report/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc64.h"
#include "base/file.h"
#include "commands/commands.h"
#include "sandbox/sandbox.h"

#define SECONDS 10 /* of CPU, for a file of a megabyte */

/* Whether the image is the one of the snapshot. */
static bool is_its_image(const struct image *image, const struct snapshot *snapshot)
{
    return image->length == snapshot->image_length &&
           crc64(0, image->bytes, image->length) == snapshot->image_check;
}

static int show(const struct settings *settings, struct file *file, const char *name,
                struct image *image, FILE *out, struct error *error)
{
    static struct snapshot snapshot;
    const struct sandbox sandbox = {.seconds = SECONDS};
    const uint8_t *pages;
    int result = sandbox_enter(&sandbox, settings->sandbox, stderr, error);

    if (result == 0)
        result = snapshot_read(&snapshot, &pages, name, file->bytes, file->length, error);
    if (result == 0 && !is_its_image(image, &snapshot))
        image = NULL;
    if (result == 0 && image)
        result = image_check(image, error);
    if (result < 0)
        return result;
    if (settings->json)
        return snapshot_json(out, &snapshot, image, error);
    snapshot_text(out, &snapshot, image);
    return 0;
}

static int run_snapshot(const struct settings *settings, FILE *out, struct error *error)
{
    char name[256];
    struct image image;
    struct file file;
    int result;

    if (settings->operand_count != 2 || strcmp(settings->operands[0], "show") != 0)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "snapshot: use: babyvisor snapshot show FILE");
    file_name(settings->operands[1], name, sizeof(name));
    result = file_read(&file, settings->operands[1], SNAPSHOT_MAX, error);
    if (result < 0)
        return result;
    result = image_fetch(&image, settings->config.image, error);
    if (result == 0) {
        result = show(settings, &file, name, &image, out, error);
        image_close(&image);
    }
    free(file.bytes);
    return result;
}

static const struct accepted accepts[] = {
    {.id = OPTION_GUEST, .help = "the image that the snapshot is of, unless the embedded one"},
    {.id = OPTION_JSON},
    {.id = OPTION_SANDBOX},
    {.id = OPTION_END},
};

const struct command command_snapshot = {
    .name = "snapshot",
    .operands = "show FILE",
    .summary = "Show what a snapshot of a VM holds",
    .text = "FILE is what `run --snapshot=FILE` has written, or - for standard input: the vCPU and "
            "the memory of a guest, at the end of a run, in the middle of a job at a time limit, "
            "or after a fault. `clone` goes on with it.\n",
    .max_operands = 2,
    .accepts = accepts,
    .run = run_snapshot,
};
