/* The debugger's commands that show and change what the machine holds. */
#ifndef DEBUG_CONTENTS_H
#define DEBUG_CONTENTS_H

#include "debug/answer.h"

/* The commands of these names; their help is in console.c. */
carry_out contents_examine;
carry_out contents_deposit;
carry_out contents_clear;
carry_out contents_list;
carry_out contents_exits;

#endif
