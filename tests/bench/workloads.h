/* SSEM programs to measure engines with. */
#ifndef WORKLOADS_H
#define WORKLOADS_H

#include "guest/abi.h"

struct workload {
    const char *name;
    struct baby start;
};

extern const struct workload workloads[];
extern const unsigned workload_count;

#endif
