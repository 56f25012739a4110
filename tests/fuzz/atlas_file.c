/* Fuzz target of `exits --diff`: the input claims to be what `exits --json` has written.
 *
 * It is refused with a plain text, or compared with itself, in which case nothing differs and what
 * is printed is plain text as well. */
#include "fuzz.h"
#include "report/atlas_diff.h"
#include "report/json.h"

static void compare(const struct atlas_file *file, struct error *error)
{
    const struct atlas_file files[] = {*file, *file};
    struct atlas_diff diff;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    CHECK(out && atlas_diff_make(&diff, files, 2, error) == 0, "out of memory");
    atlas_diff_text(out, &diff);
    CHECK(diff.count == file->count, "%zu rows of %zu", diff.count, file->count);
    for (size_t i = 0; i < diff.count; i++)
        CHECK(diff.rows[i].same || !diff.rows[i].complete, "row %zu differs from itself", i);
    fflush(out);
    for (size_t i = 0; i < size; i++)
        CHECK(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'), "byte %d", text[i]);
    CHECK(atlas_diff_json(out, &diff, error) == 0, "no JSON: %s", error->text);
    fclose(out);
    free(text);
    atlas_diff_free(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct error error;
    struct atlas_file file;
    int result;

    json_begin();
    result = atlas_file_parse(&file, "input", (const char *)data, size, &error);
    if (result < 0) {
        check_error(&error, result);
        return 0;
    }
    CHECK(file.count <= ATLAS_FILE_ROWS, "%zu rows", file.count);
    compare(&file, &error);
    atlas_file_close(&file);
    return 0;
}
