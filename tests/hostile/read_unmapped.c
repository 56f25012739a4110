/* Reads where nothing is mapped. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    (void)transport;
    *hostile_at(0x12345678);
}
