/* The engines and the table that finds them by number. */
#ifndef GUEST_ENGINES_H
#define GUEST_ENGINES_H

#include "guest/abi.h"

engine_run dispatch_run;
engine_run threaded_run;
engine_run predecoded_run;
engine_run static_run;
engine_run dynamic_run;

extern engine_run *const engines_table[ENGINE_COUNT];

/* What the engines count; whoever calls one clears it first and reads it afterwards. */
extern struct abi_counters engines_counters;

#endif
