/* The interpreter for port I/O: one routine per port of the guest. */
#include "vmm/ports.h"

#include <errno.h>
#include <string.h>

#include "vmm/fault.h"

static int out_doorbell(struct vm *vm, uint32_t *word, struct error *error)
{
    int result = transport_doorbell(&vm->transport, vm->memory, *word, error);

    return result < 0 ? result : 1;
}

static int out_word(struct vm *vm, uint32_t *word, struct error *error)
{
    return transport_word_out(&vm->transport, *word, error);
}

static int in_word(struct vm *vm, uint32_t *word, struct error *error)
{
    return transport_word_in(&vm->transport, word, error);
}

static int out_fault(struct vm *vm, uint32_t *word, struct error *error)
{
    memcpy((uint8_t *)&vm->fault + 4 * vm->fault_words++, word, 4);
    if (vm->fault_words < ABI_FAULT_WORDS)
        return 0;
    return fault_describe(&vm->image, vm->memory, &vm->fault, error);
}

/* Indexed by the counter of the port; NULL where it does not answer that. */
static const struct {
    int (*out)(struct vm *vm, uint32_t *word, struct error *error);
    int (*in)(struct vm *vm, uint32_t *word, struct error *error);
} ports[EXITS_PORT_COUNT] = {
    [EXITS_PORT_DOORBELL] = {out_doorbell, NULL},
    [EXITS_PORT_WORD] = {out_word, in_word},
    [EXITS_PORT_FAULT] = {out_fault, NULL},
};

/* Serves each item of the exit in turn; only the last one may be a doorbell, as those that follow
 * would have to wait for the next job. */
static int serve_items(struct vm *vm, enum exits_port port, struct error *error)
{
    const bool out = vm->run->io.direction == KVM_EXIT_IO_OUT;
    uint8_t *data = (uint8_t *)vm->run + vm->run->io.data_offset;
    const uint32_t count = vm->run->io.count;
    int result = 0;

    for (uint32_t i = 0; i < count && result == 0; i++) {
        uint32_t word;

        memcpy(&word, data + 4 * i, 4);
        result = out ? ports[port].out(vm, &word, error) : ports[port].in(vm, &word, error);
        memcpy(data + 4 * i, &word, 4);
        if (result > 0 && i + 1 < count)
            return error_set(error, STATUS_GUEST, EPROTO,
                             "broken guest: rang the doorbell %u times with one instruction",
                             (unsigned)count);
    }
    return result;
}

int ports_serve(struct vm *vm, struct error *error)
{
    const struct kvm_run *run = vm->run;
    const bool out = run->io.direction == KVM_EXIT_IO_OUT;
    const enum exits_port port = exits_port(run->io.port);

    vm->exits.by_port[port]++;
    if (run->io.size != 4 || !(out ? ports[port].out : ports[port].in))
        return error_set(error, STATUS_GUEST, EPROTO,
                         "broken guest: %s of %u bits at port 0x%x, where nothing answers that",
                         out ? "out" : "in", 8u * run->io.size, run->io.port);
    if (run->io.data_offset > vm->run_size ||
        4ull * run->io.count > vm->run_size - run->io.data_offset)
        return error_set(error, STATUS_INTERNAL, EPROTO, "KVM_EXIT_IO outside of struct kvm_run");
    return serve_items(vm, port, error);
}
