/* The debugger's commands for programs and files. */
#ifndef DEBUG_FILES_H
#define DEBUG_FILES_H

#include "debug/answer.h"

/* The commands of these names; their help is in console.c. */
carry_out files_load;
carry_out files_save;
carry_out files_picture;

#endif
