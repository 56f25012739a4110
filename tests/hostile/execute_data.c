/* Executes data. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    static unsigned char code[] = {0xc3};

    ((void (*)(void))(uint64_t)hostile_at((uint64_t)code))();
}
