/* The engines and the table that finds them by number. */
#ifndef GUEST_ENGINES_H
#define GUEST_ENGINES_H

#include "guest/abi.h"

#define X(id, name, technique) engine_run name##_run;
ABI_ENGINES(X)
#undef X

extern engine_run *const engines_table[ENGINE_COUNT];

/* What the engines count; whoever calls one clears it first and reads it afterwards. */
extern struct abi_counters engines_counters;

#endif
