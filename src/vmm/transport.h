/* The VMM's end of a transport: places jobs, takes results, and believes no number of them. */
#ifndef VMM_TRANSPORT_H
#define VMM_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "guest/abi.h"

/* The jobs between two doorbells. words_in and words_out count what transport `words` has moved
 * since the last one. */
struct transport_end {
    enum transport kind;
    bool booted;          /* the first doorbell has rung, or the guest needs none */
    uint32_t outstanding; /* jobs that are with the guest */
    uint32_t words_in;
    uint32_t words_out;
    uint32_t ring_jobs; /* transport `ring`: jobs ever placed */
    const struct abi_job *jobs;
    struct abi_result *results;
};

/* How many jobs may be with the guest at once. */
uint32_t transport_capacity(enum transport transport);

/* Makes count jobs, 1 to transport_capacity(), the guest's next ones: after the doorbell, before
 * KVM_RUN. memory is guest memory. jobs and results, as many, must stay until the next doorbell,
 * which puts the VMM's own copies of the results there. */
void transport_place(struct transport_end *end, uint8_t *memory, const struct abi_job *jobs,
                     struct abi_result *results, uint32_t count);

/* The guest rings and says how many results it hands over. Copies what it owes once out of guest
 * memory (transports `page` and `ring`) and checks it. Returns 0, or -EPROTO with text and status
 * 80 if the guest broke the protocol or a result is impossible. */
int transport_doorbell(struct transport_end *end, const uint8_t *memory, uint32_t results,
                       struct error *error);

/* Transport `words`: the next word of the job for the guest, the next word of its result. Return 0,
 * or -EPROTO with text and status 80 for a word too many. */
int transport_word_in(struct transport_end *end, uint32_t *word, struct error *error);
int transport_word_out(struct transport_end *end, uint32_t word, struct error *error);

/* Whether the result can be what running the job has given: a known stop, executed within the
 * budget and all of it on STOP_LIMIT, CI below 32 and on an STP after STOP_STP, engine and id as in
 * the job, reserved zero, no more instructions leapt over than executed, a period only without an
 * STP. Returns 0, or -EPROTO with text and status 80. */
int transport_check(const struct abi_result *result, const struct abi_job *job,
                    struct error *error);

#endif
