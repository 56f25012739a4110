/* The engines and the table that finds them by number. */
#ifndef GUEST_ENGINES_H
#define GUEST_ENGINES_H

#include "abi.h"

engine_run dispatch_run;

extern engine_run *const engines_table[ENGINE_COUNT];

#endif
