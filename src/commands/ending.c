/* The status that a command which runs one state ends with. */
#include "commands/ending.h"

#include <errno.h>
#include <signal.h>

int ending_status(const struct run *run, double seconds, int caught, struct error *error)
{
    const int signal_number = caught ? caught : SIGINT;

    if (run->interrupted)
        error_set(error, (enum status)(STATUS_SIGNAL + signal_number), EINTR,
                  signal_number == SIGTERM ? "terminated" : "interrupted");
    else if (run->timed_out && seconds > 0)
        error_set(error, STATUS_TIMEOUT, ETIME, "time limit of %g s reached", seconds);
    else if (run->timed_out)
        error_set(error, STATUS_TIMEOUT, ETIME, "the other side's time limit was reached");
    return run->interrupted || run->timed_out ? error->status
           : run->stop == STOP_STP            ? STATUS_STP
           : run_is_endless(run)              ? STATUS_CYCLE
                                              : STATUS_LIMIT;
}
