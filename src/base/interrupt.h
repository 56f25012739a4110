/* An interrupt from the keyboard (SIGINT) that ends what runs, between two pieces of it. */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT is only noted, unless it is ignored; with `once` a second one ends the
 * process. Calls of the kernel are restarted. */
void interrupt_catch(bool once);

/* Whether one has come since interrupt_forget(). */
bool interrupt_came(void);

void interrupt_forget(void);

#endif
