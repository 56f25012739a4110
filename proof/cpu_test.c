/* Tries instructions on the CPU: random states, and the semantics of semantics.py beside it.
 *
 * cpu_test.py writes `variants.h`, with the bytes of each instruction and its semantics as C. Each
 * is executed with all 16 registers and the flags set, rsp too, by a trampoline that keeps its own
 * stack elsewhere. Prints a line for each variant, and the first state that differs. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define CODE  0x31000000ull /* the instruction */
#define TAKEN (CODE + 64)   /* where its jump leads */
#define DATA  0x30000000ull /* its memory operand is somewhere in this page */
#define PAGE  4096u

#define FLAG_C 0x001u
#define FLAG_Z 0x040u
#define FLAG_S 0x080u
#define FLAG_O 0x800u
#define FLAGS  (FLAG_C | FLAG_Z | FLAG_S | FLAG_O)

struct state {
    uint64_t reg[16];
    uint64_t cell; /* eight bytes at the memory operand */
    uint64_t flags;
    uint64_t defined; /* flags that semantics.py says are */
    uint64_t address; /* of the memory operand */
    uint64_t next;    /* address of the next instruction */
};

enum jump { FALLS, JUMPS, THROUGH_REGISTER, THROUGH_MEMORY };

struct variant {
    const char *form;
    const char *text;
    uint8_t bytes[16];
    unsigned length;
    bool memory;     /* it has a memory operand: */
    int base, index; /* -1 for none */
    unsigned scale;
    int64_t displacement;
    enum jump jump;
    int through; /* the register with the address that it jumps to */
    void (*model)(const struct state *in, struct state *out);
};

#include "variants.h"

/* Used by name below. */
struct state cpu_in, cpu_out;
uint64_t cpu_saved_sp, cpu_code = CODE;
uint32_t cpu_jumped;
void cpu_run(void);
extern const char cpu_back[], cpu_back_jumped[];

#define EACH(X)                                                                                    \
    X("rax", "0")                                                                                  \
    X("rcx", "8") X("rdx", "16") X("rbx", "24") X("rbp", "40") X("rsi", "48") X("rdi", "56")       \
        X("r8", "64") X("r9", "72") X("r10", "80") X("r11", "88") X("r12", "96") X("r13", "104")   \
            X("r14", "112") X("r15", "120") X("rsp", "32")
#define LOAD(name, at) "movq cpu_in+" at "(%rip), %" name "\n\t"
#define SAVE(name, at) "movq %" name ", cpu_out+" at "(%rip)\n\t"

__asm__(".text\n"
        "cpu_run:\n\t"
        "pushq %rbx; pushq %rbp; pushq %r12; pushq %r13; pushq %r14; pushq %r15\n\t"
        "movq %rsp, cpu_saved_sp(%rip)\n\t"
        "pushq cpu_in+136(%rip); popfq\n\t" EACH(
            LOAD) "jmp *cpu_code(%rip)\n"
                  "cpu_back:\n\t"
                  "movl $0, cpu_jumped(%rip); jmp cpu_save\n"
                  "cpu_back_jumped:\n\t"
                  "movl $1, cpu_jumped(%rip)\n"
                  "cpu_save:\n\t" EACH(
                      SAVE) "movq cpu_saved_sp(%rip), %rsp\n\t"
                            "pushfq; popq cpu_out+136(%rip)\n\t"
                            "popq %r15; popq %r14; popq %r13; popq %r12; popq %rbp; popq %rbx\n\t"
                            "cld; ret\n");

_Static_assert(offsetof(struct state, flags) == 136, "as the trampoline has it");

static uint64_t seed;

/* splitmix64 */
static uint64_t random64(void)
{
    uint64_t z = seed += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A random word, often near the edges of 32 and 64 bits. */
static uint64_t random_word(void)
{
    static const uint64_t edges[] = {0,
                                     0x7fffffff,
                                     0x80000000,
                                     0xffffffff,
                                     0x7fffffffffffffff,
                                     0x8000000000000000,
                                     0xffffffff00000000,
                                     0xffffffff80000000};
    const uint64_t r = random64();

    return r % 4 ? random64() : edges[r >> 8 & 7] + (r >> 16 & 7) - 3;
}

static void map(uint64_t address, int protection)
{
    const void *got = mmap((void *)(uintptr_t)address, PAGE, protection,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

    if (got == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
}

/* Writes a jump to the trampoline at `at`. */
static void put_exit(uint8_t *at, const char *back)
{
    static const uint8_t jump[] = {0xff, 0x25, 0, 0, 0, 0}; /* jmp *0(%rip) */
    const uint64_t address = (uintptr_t)back;

    memcpy(at, jump, sizeof(jump));
    memcpy(at + sizeof(jump), &address, sizeof(address));
}

static void put_code(const struct variant *v)
{
    uint8_t *code = (uint8_t *)(uintptr_t)CODE;

    memset(code, 0xcc, PAGE);
    memcpy(code, v->bytes, v->length);
    put_exit(code + v->length, cpu_back);
    put_exit(code + (TAKEN - CODE), cpu_back_jumped);
}

static void set_state(const struct variant *v, struct state *in)
{
    uint64_t offset = random64() % (PAGE - 16);

    for (int i = 0; i < 16; i++)
        in->reg[i] = random_word();
    in->flags = (random64() & FLAGS) | 2;
    in->cell = v->jump == THROUGH_MEMORY ? TAKEN : random_word();
    if (v->through >= 0)
        in->reg[v->through] = TAKEN;
    if (!v->memory)
        return;
    if (v->base < 0) {
        if (v->index >= 0)
            in->reg[v->index] = random64() % (PAGE / 16);
        offset =
            (uint64_t)v->displacement - DATA + (v->index >= 0 ? in->reg[v->index] << v->scale : 0);
    } else {
        in->reg[v->base] = DATA + offset - (uint64_t)v->displacement -
                           (v->index >= 0 ? in->reg[v->index] << v->scale : 0);
    }
    memcpy((void *)(uintptr_t)(DATA + offset), &in->cell, 8);
    in->address = DATA + offset;
}

static bool same(const struct variant *v, const struct state *model)
{
    if (memcmp(cpu_out.reg, model->reg, sizeof(model->reg)) != 0)
        return false;
    if (v->memory && (cpu_out.cell != model->cell || model->address != cpu_in.address))
        return false;
    if ((cpu_out.flags ^ model->flags) & model->defined)
        return false;
    return model->next == (cpu_jumped ? TAKEN : CODE + v->length);
}

static void show(const char *what, const struct state *state)
{
    printf("# %s:", what);
    for (int i = 0; i < 16; i++)
        printf(" %016" PRIx64, state->reg[i]);
    printf(" cell %016" PRIx64 " flags %03" PRIx64 " of %03" PRIx64 " address %" PRIx64
           " next %" PRIx64 "\n",
           state->cell, state->flags & FLAGS, state->defined, state->address, state->next);
}

/* Compares the variant on `count` states. */
static bool try(const struct variant *v, uint64_t count)
{
    put_code(v);
    for (uint64_t i = 0; i < count; i++) {
        struct state model = {0};

        cpu_in = (struct state){0};
        set_state(v, &cpu_in);
        cpu_run();
        if (v->memory)
            memcpy(&cpu_out.cell, (void *)(uintptr_t)cpu_in.address, 8);
        model = cpu_in;
        model.defined = 0;
        v->model(&cpu_in, &model);
        if (!same(v, &model)) {
            show("before", &cpu_in);
            cpu_out.next = cpu_jumped ? TAKEN : CODE + v->length;
            show("CPU   ", &cpu_out);
            show("model ", &model);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    const size_t variant_count = sizeof(variants) / sizeof(variants[0]);
    const uint64_t states = argc > 1 ? strtoull(argv[1], NULL, 0) : 1000000;
    unsigned wrong = 0, number = 0;

    seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1948;
    map(DATA, PROT_READ | PROT_WRITE);
    map(CODE, PROT_READ | PROT_WRITE | PROT_EXEC);
    for (size_t i = 0, next; i < variant_count; i = next) {
        uint64_t tried = 0;
        const char *failed = NULL;

        for (next = i; next < variant_count && strcmp(variants[next].form, variants[i].form) == 0;)
            next++;
        for (size_t j = i; j < next && !failed; j++) {
            const uint64_t count = states / (next - i) + 1;

            tried += count;
            if (!try(&variants[j], count))
                failed = variants[j].text;
        }
        number++;
        printf("%sok %u - %s: %" PRIu64 " states, %zu encodings%s%s\n", failed ? "not " : "",
               number, variants[i].form, tried, next - i, failed ? ": differs: " : "",
               failed ? failed : "");
        wrong += failed != NULL;
    }
    printf("1..%u\n", number);
    return wrong != 0;
}
