/* Runs a fuzz target on files, in the place of libFuzzer: what was found once is tried for ever. */
#include "base/file.h"
#include "fuzz.h"

int main(int argc, char **argv)
{
    static struct error error;

    for (int i = 1; i < argc; i++) {
        struct file file;

        CHECK(file_read(&file, argv[i], 1024 * 1024, &error) == 0, "%s", error.text);
        LLVMFuzzerTestOneInput((const uint8_t *)file.bytes, file.length);
        free(file.bytes);
        printf("ok %d - %s\n", i, argv[i]);
    }
    printf("1..%d\n", argc - 1);
    return 0;
}
