/* Says that it was made for another version of the ABI. */
#define NOTE_VERSION 3
#include "note.h"
