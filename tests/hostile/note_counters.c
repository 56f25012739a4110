/* Says that its counters are in the page tables. */
#define NOTE_COUNTERS (const void *)ABI_BASE
#include "note.h"
