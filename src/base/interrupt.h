/* Signals that end what runs between two pieces of it, such as an interrupt from the keyboard. */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

/* From now on the signal is only noted, unless it is ignored or has a handler; calls of the kernel
 * are restarted. The second: once, and then it does what it did before. */
void interrupt_catch(int signal_number);
void interrupt_catch_once(int signal_number);

/* The number of the signal that has come since interrupt_forget(), or 0. */
int interrupt_came(void);

void interrupt_forget(void);

#endif
