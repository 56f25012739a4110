/* Says that ring 3 begins in the code of ring 0. */
#define NOTE_RING3_ENTRY ring0_entry
#include "note.h"
