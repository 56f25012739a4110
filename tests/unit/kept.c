/* Files of snapshots, made and read for tests, which fail where that fails. */
#include "unit/kept.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "trial/random_store.h"
#include "vmm/kvm.h"

#define LENGTH 3000 /* instructions of a program */

bool kept_possible(void)
{
    return access(KVM_DEVICE, R_OK | W_OK) == 0;
}

struct machine *kept_machine(enum engine engine, enum transport transport)
{
    const struct machine_config config = {.engine = engine, .transport = transport, .seconds = 100};
    struct machine *machine;
    struct error error;

    ck_assert_msg(machine_open(&machine, &config, &error) == 0, "%s", error.text);
    return machine;
}

char *kept_file(struct machine *machine, const struct baby *m, size_t *length)
{
    static struct snapshot snapshot;
    struct error error;
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, length);

    ck_assert_ptr_nonnull(out);
    ck_assert_msg(machine_take(machine, m, &snapshot, &error) == 0, "%s", error.text);
    machine_write(machine, &snapshot, out);
    ck_assert_int_eq(fclose(out), 0);
    return bytes;
}

char *kept_any(size_t *length)
{
    struct machine *machine = kept_machine(ENGINE_DYNAMIC, TRANSPORT_PAGE);
    uint64_t random = 1948;
    struct baby start;
    struct run run;
    struct error error;
    char *bytes;

    random_store(&start, &random);
    run_begin(&run, machine, &start, LENGTH);
    ck_assert_msg(run_finish(&run, &error) == 0, "%s", error.text);
    bytes = kept_file(machine, &run.state, length);
    machine_close(machine);
    return bytes;
}

int kept_read(struct snapshot *snapshot, const uint8_t **pages, const char *bytes, size_t length,
              struct error *error)
{
    error->text[0] = '\0';
    return snapshot_read(snapshot, pages, "kept", bytes, length, error);
}
