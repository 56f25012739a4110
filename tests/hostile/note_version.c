/* Says that it was made for an earlier version of the ABI. */
#define NOTE_VERSION 1
#include "note.h"
