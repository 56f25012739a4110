/* An interrupt from the keyboard (SIGINT) that ends what runs, between two pieces of it. */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t came;

static void note(int signal_number)
{
    (void)signal_number;
    came = 1;
}

void interrupt_catch(bool once)
{
    const struct sigaction action = {.sa_handler = note,
                                     .sa_flags = SA_RESTART | (once ? (int)SA_RESETHAND : 0)};
    struct sigaction before;

    if (sigaction(SIGINT, NULL, &before) == 0 && before.sa_handler == SIG_DFL)
        sigaction(SIGINT, &action, NULL);
}

bool interrupt_came(void)
{
    return came;
}

void interrupt_forget(void)
{
    came = 0;
}
