/* Files of snapshots, made and read for tests, which fail where that fails. */
#ifndef UNIT_KEPT_H
#define UNIT_KEPT_H

#include "machine/run.h"

/* Whether this host has a KVM to take snapshots of. */
bool kept_possible(void);

/* A machine of that kind, with a time limit of 100 s. */
struct machine *kept_machine(enum engine engine, enum transport transport);

/* The file of a machine whose run has come to m; the caller frees it. */
char *kept_file(struct machine *machine, const struct baby *m, size_t *length);

/* A file of a VM between two jobs; the caller frees it. */
char *kept_any(size_t *length);

/* snapshot_read() of a file called "kept". Returns what that does. */
int kept_read(struct snapshot *snapshot, const uint8_t **pages, const char *bytes, size_t length,
              struct error *error);

#endif
