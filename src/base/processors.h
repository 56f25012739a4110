/* How many CPUs there are for us. */
#ifndef BASE_PROCESSORS_H
#define BASE_PROCESSORS_H

/* The CPUs that affinity lets the process run on, or fewer where a cgroup (version 2) lets it and
 * its like have the time of fewer, rounded up; 1 at least. */
unsigned processors_count(void);

#endif
