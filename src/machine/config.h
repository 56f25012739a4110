/* What a machine is to be: backend, engine, transport, image, time limit; and their names. */
#ifndef MACHINE_CONFIG_H
#define MACHINE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/choice.h"
#include "guest/abi.h"

/* Where an engine runs: identifier, name, meaning. */
#define CONFIG_BACKENDS(X)                                                                         \
    X(KVM, kvm, "in the guest, under KVM")                                                         \
    X(NATIVE, native, "the same machine code, called in this process")

enum backend {
#define X(id, name, meaning) BACKEND_##id,
    CONFIG_BACKENDS(X)
#undef X
        BACKEND_COUNT,
};

struct machine_config {
    enum backend backend;
    enum engine engine;
    enum transport transport;
    const char *image; /* path of a guest image, NULL for the embedded one; not owned */
    double seconds;    /* time limit of wall clock, from machine_open() on */
    bool snapshot;     /* a snapshot comes into it, whose code is anybody's */
    bool is_logged;    /* its dirty log is taken: snapshot/dirty.h */
    uint64_t writes;   /* pages a second that the embedded guest also writes, 0 for none */
    bool tally;        /* keep durations for each kind of exit, and open the kernel's counters */
};

/* By enum backend, enum engine and enum transport. */
extern const struct choice config_backends[BACKEND_COUNT + 1];
extern const struct choice config_engines[ENGINE_COUNT + 1];
extern const struct choice config_transports[TRANSPORT_COUNT + 1];

#endif
