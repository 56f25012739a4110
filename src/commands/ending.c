/* The status that a command which runs one state ends with. */
#include "commands/ending.h"

#include <errno.h>

int ending_status(const struct run *run, double seconds, int caught, struct error *error)
{
    if (run->timed_out)
        error_set(error, STATUS_TIMEOUT, ETIME, "time limit of %g s reached", seconds);
    return run->interrupted        ? STATUS_SIGNAL + caught
           : run->timed_out        ? STATUS_TIMEOUT
           : run->stop == STOP_STP ? STATUS_STP
           : run_is_endless(run)   ? STATUS_CYCLE
                                   : STATUS_LIMIT;
}
