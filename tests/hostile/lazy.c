/* Answers each job at once with a result that is possible and has cost it nothing. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    hostile_answer(transport, 0);
}
