/* Says that its table of engines is outside of guest memory. */
#define NOTE_ENGINES (const void *)0xfffffffffffffff0
#include "note.h"
