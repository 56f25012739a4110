/* Signals that end what runs between two pieces of it, such as an interrupt from the keyboard. */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t came;

static void note(int signal_number)
{
    came = signal_number;
}

static void catch_with(int signal_number, int flags)
{
    const struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART | flags};
    struct sigaction before;

    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        sigaction(signal_number, &action, NULL);
}

void interrupt_catch(int signal_number)
{
    catch_with(signal_number, 0);
}

void interrupt_catch_once(int signal_number)
{
    catch_with(signal_number, (int)SA_RESETHAND);
}

int interrupt_came(void)
{
    return came;
}

void interrupt_forget(void)
{
    came = 0;
}
