/* step() of src/ssem/step.c with a contract, for Frama-C: what T-next leaves, and of which state. */
#define _Static_assert(what, text) /* which Frama-C does not know */

#include "ssem/step.h"

/*@ logic integer following(struct baby *m) = (m->ci + 1) % 32;
  @ logic integer present(struct baby *m) = m->store[following(m)];
  @ logic integer function(struct baby *m) = (present(m) & 0xe000) >> 13;
  @ logic integer operand(struct baby *m) = m->store[present(m) & 0x1f];
  @*/

/*@ requires \valid(m);
  @ assigns m->ci, m->a, m->store[0 .. 31];
  @ ensures line: m->ci < 32;
  @ ensures stp: \result == 0 <==> \old(function(m)) == 7;
  @ ensures on: \old(function(m)) != 0 && \old(function(m)) != 1 && \old(function(m)) != 6 ==>
  @     m->ci == \old(following(m));
  @ ensures jmp: \old(function(m)) == 0 ==> m->ci == \old(operand(m)) % 32;
  @ ensures jrp: \old(function(m)) == 1 ==> m->ci == \old(following(m) + operand(m)) % 32;
  @ ensures ldn: \old(function(m)) == 2 ==> m->a == (4294967296 - \old(operand(m))) % 4294967296;
  @ ensures sub: \old(function(m)) == 4 || \old(function(m)) == 5 ==>
  @     m->a == (4294967296 + \old(m->a) - \old(operand(m))) % 4294967296;
  @ ensures a_kept: \old(function(m)) != 2 && \old(function(m)) != 4 && \old(function(m)) != 5 ==>
  @     m->a == \old(m->a);
  @ ensures cmp: \old(function(m)) == 6 ==>
  @     m->ci == (\old(following(m)) + (\old(m->a) >= 2147483648 ? 1 : 0)) % 32;
  @ ensures sto: \old(function(m)) == 3 ==> m->store[\old(present(m) & 0x1f)] == \old(m->a);
  @ ensures store_kept: \forall integer i; 0 <= i < 32 ==>
  @     (\old(function(m)) != 3 || i != \old(present(m) & 0x1f)) ==> m->store[i] == \old(m->store[i]);
  @*/
bool step(struct baby *m);

#include "ssem/step.c"

volatile unsigned int any_word;

/* Any state, one instruction; then step_run() for a few. */
int main(void)
{
    struct baby m;

    for (int i = 0; i < ABI_LINES; i++)
        m.store[i] = any_word;
    m.a = any_word;
    m.ci = any_word;
    m.executed = any_word;
    step(&m);
    step_run(&m, 8);
    return 0;
}
