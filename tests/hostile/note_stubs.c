/* Says that its fault stubs are in its read-only data. */
#define NOTE_FAULT_STUBS engines_table
#include "note.h"
