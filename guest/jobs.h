/* Running one job. */
#ifndef GUEST_JOBS_H
#define GUEST_JOBS_H

#include "guest/abi.h"

/* Runs the job with the engine that it names, and clears and fills in the counters. result may lie
 * in the job's own place. */
void jobs_run(struct abi_result *result, const struct abi_job *job);

#endif
