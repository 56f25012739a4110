/* Writes each bomb into a directory, as NAME, for tests of the program and for fuzzing. Prints a
 * line for each: its name, and what a refusal says, or "taken". Use: write_bombs DIRECTORY */
#include <stdio.h>

#include "images/bombs.h"

int main(int argc, char **argv)
{
    for (size_t i = 0; i < bomb_count && argc == 2; i++) {
        struct craft craft;
        char path[512];
        FILE *file;

        craft_guest(&craft);
        bombs[i].arm(&craft);
        snprintf(path, sizeof(path), "%s/%s", argv[1], bombs[i].name);
        file = fopen(path, "w");
        if (!file || fwrite(craft.bytes, 1, craft.length, file) != craft.length ||
            fclose(file) != 0) {
            perror(path);
            return 1;
        }
        printf("%s %s\n", bombs[i].name, bombs[i].says ? bombs[i].says : "taken");
        craft_free(&craft);
    }
    return argc != 2;
}
