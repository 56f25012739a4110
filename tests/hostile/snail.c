/* Gives each job back at last, with a result that is possible, after leaving guest mode thousands
 * of times: every KVM_RUN returns, and the program gets nowhere. */
#include "hostile.h"

void jobs_main(enum transport transport)
{
    hostile_answer(transport, 20000);
}
