/* The debugger's commands for breakpoints. */
#ifndef DEBUG_STOPS_H
#define DEBUG_STOPS_H

#include "debug/answer.h"

/* The commands of these names; their help is in console.c. */
carry_out stops_break;
carry_out stops_watch;
carry_out stops_delete;

#endif
