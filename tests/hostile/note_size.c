/* Says that its note is longer than it is. */
#define NOTE_SIZE 0x7fffffff
#include "note.h"
