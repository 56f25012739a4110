/* Says that it has more engines than there are. */
#define NOTE_ENGINE_COUNT 0xffffffff
#include "note.h"
