/* The debugger's commands that move the machine: step, run, back. */
#ifndef DEBUG_MOVES_H
#define DEBUG_MOVES_H

#include "debug/answer.h"

/* The commands of these names; their help is in console.c. */
carry_out moves_step;
carry_out moves_trace;
carry_out moves_run;
carry_out moves_until;
carry_out moves_over;
carry_out moves_back;
carry_out moves_goto;
carry_out moves_undo;

#endif
