/* Leaves guest mode as often as it can by CPUID, of which the VMM never hears. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    for (;;)
        hostile_burn(1);
}
