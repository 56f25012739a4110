/* The interpreter for port I/O: one routine per port of the guest. */
#include "vmm/ports.h"

#include <errno.h>
#include <string.h>

#include "observe/fault.h"

static int out_doorbell(struct guest *guest, uint32_t *word, struct error *error)
{
    int result = transport_doorbell(&guest->transport, guest->vm.memory, *word, error);

    return result < 0 ? result : 1;
}

static int out_word(struct guest *guest, uint32_t *word, struct error *error)
{
    return transport_word_out(&guest->transport, *word, error);
}

static int in_word(struct guest *guest, uint32_t *word, struct error *error)
{
    return transport_word_in(&guest->transport, word, error);
}

static int out_fault(struct guest *guest, uint32_t *word, struct error *error)
{
    memcpy((uint8_t *)&guest->fault + 4 * guest->fault_words++, word, 4);
    if (guest->fault_words < ABI_FAULT_WORDS)
        return 0;
    return fault_describe(&guest->image, guest->vm.memory, &guest->fault, error);
}

/* Indexed by the counter of the port; NULL where it does not answer that. */
static const struct {
    int (*out)(struct guest *guest, uint32_t *word, struct error *error);
    int (*in)(struct guest *guest, uint32_t *word, struct error *error);
} ports[EXITS_PORT_COUNT] = {
    [EXITS_PORT_DOORBELL] = {out_doorbell, NULL},
    [EXITS_PORT_WORD] = {out_word, in_word},
    [EXITS_PORT_FAULT] = {out_fault, NULL},
};

/* Serves each item of the exit in turn; only the last one may be a doorbell, as those that follow
 * would wait for the next job. */
static int serve_items(struct guest *guest, enum exits_port port, struct error *error)
{
    const bool out = guest->vm.run->io.direction == KVM_EXIT_IO_OUT;
    uint8_t *data = (uint8_t *)guest->vm.run + guest->vm.run->io.data_offset;
    const uint32_t count = guest->vm.run->io.count;
    int result = 0;

    for (uint32_t i = 0; i < count && result == 0; i++) {
        uint32_t word;

        memcpy(&word, data + 4 * i, 4);
        result = out ? ports[port].out(guest, &word, error) : ports[port].in(guest, &word, error);
        memcpy(data + 4 * i, &word, 4);
        if (result > 0 && i + 1 < count)
            return error_set(error, STATUS_GUEST, EPROTO,
                             "broken guest: rang the doorbell %u times with one instruction",
                             (unsigned)count);
    }
    return result;
}

int ports_serve(struct guest *guest, struct error *error)
{
    const struct kvm_run *run = guest->vm.run;
    const bool out = run->io.direction == KVM_EXIT_IO_OUT;
    const enum exits_port port = exits_port(run->io.port);

    guest->exits.by_port[port]++;
    if (run->io.size != 4 || !(out ? ports[port].out : ports[port].in))
        return error_set(
            error, STATUS_GUEST, EPROTO,
            "broken guest: %s of %u bits at port 0x%x, which is not a port of this VMM",
            out ? "out" : "in", 8u * run->io.size, run->io.port);
    if (run->io.data_offset > guest->vm.run_size ||
        4ull * run->io.count > guest->vm.run_size - run->io.data_offset)
        return error_set(error, STATUS_INTERNAL, EPROTO, "KVM_EXIT_IO outside of struct kvm_run");
    return serve_items(guest, port, error);
}
