/* SSEM programs to measure engines with. */
#include "workloads.h"

#define JMP(n) (0u << 13 | (n))
#define JRP(n) (1u << 13 | (n))
#define LDN(n) (2u << 13 | (n))
#define STO(n) (3u << 13 | (n))
#define SUB(n) (4u << 13 | (n))
#define CMP    (6u << 13)
#define STP    (7u << 13)
#define NEG(n) (0u - (n))

/* The amended first program of 1948: the greatest proper divisor of a. */
#define FIRST(a)                                                                                   \
    {                                                                                              \
        .store = {                                                                                 \
            0,       LDN(24), STO(26), LDN(26), STO(27), LDN(23), SUB(27), CMP,     JRP(20),       \
            SUB(26), STO(25), LDN(25), CMP,     STP,     LDN(26), SUB(21), STO(27), LDN(27),       \
            STO(26), JMP(22), NEG(3),  1,       4,       NEG(a),  (a)-1,                           \
        },                                                                                         \
    }

const struct workload workloads[] = {
    {"divisor of 2^18", FIRST(1u << 18)},
    {"divisor of 2^22", FIRST(1u << 22)},
    {"divisor of 2^26", FIRST(1u << 26)},
    {"divisor of a prime", FIRST(1000003u)},
    /* The same search for 2, 3, 4 ... without an end: line 1 takes -a from A. The JMP of line 21
     * goes through the CMP of line 9, whose line number is otherwise idle. */
    {"divisors of all",
     {.a = NEG(2u),
      .store = {SUB(22), STO(23), LDN(23), SUB(22), STO(27), LDN(27), STO(26), LDN(23),
                SUB(27), CMP | 6, JRP(24), SUB(26), STO(25), LDN(25), CMP,     JMP(28),
                LDN(26), SUB(22), STO(27), LDN(27), STO(26), JMP(9),  1,       0,
                NEG(3),  0,       0,       0,       28,      LDN(23), STO(25), LDN(25)}}},
    /* Line 1 is rewritten each turn: another line number, the same function. */
    {"a line's address changes",
     {.store = {0, SUB(20), STO(30), LDN(1), SUB(28), STO(1), LDN(30), JMP(27), [20] = 7,
                9, [28] = NEG(SUB(20) + SUB(21))}}},
    /* Line 1 is rewritten each turn: SUB and LDN take turns. */
    {"a line's function changes",
     {.store = {0, SUB(20), STO(30), LDN(1), SUB(28), STO(1), LDN(30), JMP(27), [20] = 7,
                9, [28] = NEG(SUB(20) + LDN(21))}}},
    /* Lines 1 to 4 are rewritten each turn. */
    {"four lines change",
     {.store = {0,
                SUB(20),
                SUB(21),
                LDN(20),
                SUB(21),
                LDN(1),
                SUB(28),
                STO(1),
                LDN(2),
                SUB(29),
                STO(2),
                LDN(3),
                SUB(30),
                STO(3),
                LDN(4),
                SUB(31),
                STO(4),
                JMP(27),
                [20] = 7,
                9,
                [28] = NEG(SUB(20) + LDN(21)),
                NEG(SUB(20) + SUB(21)),
                NEG(LDN(20) + LDN(22)),
                NEG(SUB(21) + LDN(23))}}},
    /* A jump whose target alternates between lines 5 and 8. */
    {"a target changes",
     {.store = {0, LDN(20), SUB(28), STO(20), JMP(20), SUB(21), JMP(27), 0, LDN(21),
                JMP(27), [20] = 4, 5, [28] = NEG(4u + 7u)}}},
    {"only jumps",
     {.store = {[1] = JMP(20),
                [6] = JMP(21),
                [12] = JRP(22),
                [9] = JMP(23),
                [3] = JMP(24),
                [20] = 5,
                11,
                NEG(4u),
                2,
                0}}},
    {"a loop of three",
     {.store = {0, LDN(20), SUB(21), CMP, JRP(22), LDN(23), JMP(24), [20] = NEG(0x7fffffffu), 1,
                NEG(3u), 0, 0}}},
    /* A number is multiplied by -3 on each turn, modulo 2^32: no turn repeats another. */
    {"a number is multiplied", {.store = {0, LDN(7), SUB(7), SUB(7), STO(7), JMP(0), [7] = 1}}},
};

const unsigned workload_count = sizeof(workloads) / sizeof(workloads[0]);
