/* What a machine is to be: backend, engine, transport, image, time limit; and their names. */
#include "machine/config.h"

const struct choice config_backends[BACKEND_COUNT + 1] = {
#define X(id, name, meaning) {#name, meaning},
    CONFIG_BACKENDS(X)
#undef X
};

const struct choice config_engines[ENGINE_COUNT + 1] = {
#define X(id, name, technique) {#name, technique},
    ABI_ENGINES(X)
#undef X
};

const struct choice config_transports[TRANSPORT_COUNT + 1] = {
#define X(id, name, capacity, means) {#name, means},
    ABI_TRANSPORTS(X)
#undef X
};
