/* The x86 encoder: everything that it can write, read back by binutils' disassembler and by ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest/translate/x86.h"
#include "report/x86_text.h"
#include "suites.h"

#define ADDRESS 0x20000000u

static const char *const names32[] = {"eax", "ecx", "edx",  "ebx",  "esp",  "ebp",  "esi",  "edi",
                                      "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"};
static const char *const names64[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                      "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

/* Which operands an operation takes. */
enum { REGISTERS = 1, LOAD = 2, STORE = 4, IMMEDIATE = 8, SINGLE = 16, BYTE = 32, WIDE = 64 };

static const struct {
    const char *name;
    unsigned takes;
} operations[X86_OPERATION_COUNT] = {
    [X86_MOV] = {"mov", REGISTERS | LOAD | STORE | IMMEDIATE},
    [X86_MOV64] = {"mov", REGISTERS | LOAD | STORE | WIDE},
    [X86_LEA] = {"lea", LOAD},
    [X86_ADD] = {"add", REGISTERS | LOAD | STORE | IMMEDIATE},
    [X86_ADD64] = {"add", REGISTERS | LOAD | STORE | IMMEDIATE | WIDE},
    [X86_SUB] = {"sub", REGISTERS | LOAD | STORE | IMMEDIATE},
    [X86_SUB64] = {"sub", REGISTERS | LOAD | STORE | IMMEDIATE | WIDE},
    [X86_AND] = {"and", REGISTERS | LOAD | STORE | IMMEDIATE},
    [X86_OR64] = {"or", REGISTERS | LOAD | STORE | IMMEDIATE | WIDE},
    [X86_XOR] = {"xor", REGISTERS | LOAD | STORE | IMMEDIATE},
    [X86_CMP] = {"cmp", REGISTERS | LOAD | STORE | IMMEDIATE},
    [X86_TEST] = {"test", REGISTERS | STORE | IMMEDIATE},
    [X86_SHL] = {"shl", IMMEDIATE | BYTE},
    [X86_SHL64] = {"shl", IMMEDIATE | BYTE | WIDE},
    [X86_SHR] = {"shr", IMMEDIATE | BYTE},
    [X86_BT] = {"bt", REGISTERS},
    [X86_NEG] = {"neg", SINGLE},
    [X86_JMP] = {"jmp", SINGLE | WIDE},
};

static const int32_t values[] = {0, 1, -1, 127, -128, 128, -129, 0x12345678, INT32_MIN};
#define VALUES (sizeof(values) / sizeof(values[0]))

static uint8_t *code;
static struct x86 x;
static FILE *expected;
static char *expected_text;
static size_t expected_size;

static void open_code(void)
{
    const size_t size = 1 << 20;

    code = malloc(size);
    x = (struct x86){.at = code, .end = code + size, .address = ADDRESS};
    expected = open_memstream(&expected_text, &expected_size);
}

static void close_code(void)
{
    fclose(expected);
    free(expected_text);
    free(code);
}

static const char *name(int operation, unsigned which)
{
    return (operations[operation].takes & WIDE ? names64 : names32)[which];
}

/* A memory operand as objdump writes it. */
static void expect_memory(int operation, struct x86_memory memory)
{
    int64_t displacement = memory.displacement;

    if (operation != X86_LEA)
        fputs(operations[operation].takes & WIDE ? "QWORD PTR " : "DWORD PTR ", expected);
    fprintf(expected, "[%s", names64[memory.base]);
    if (memory.index != X86_NONE)
        fprintf(expected, "+%s*%d", names64[memory.index], 1 << memory.scale);
    if (displacement || (memory.base & 7) == X86_BP)
        fprintf(expected, "%c0x%llx", displacement < 0 ? '-' : '+',
                (unsigned long long)llabs(displacement));
    fputs("]", expected);
}

static void expect_value(int operation, int32_t value)
{
    if (operations[operation].takes & WIDE)
        fprintf(expected, "0x%llx\n", (unsigned long long)(int64_t)value);
    else
        fprintf(expected, "0x%x\n", (unsigned)value);
}

static void put_registers(int operation)
{
    for (unsigned to = X86_AX; to < X86_NONE; to++)
        for (unsigned from = X86_AX; from < X86_NONE; from++) {
            x86_registers(&x, (enum x86_operation)operation, (enum x86_register)to,
                          (enum x86_register)from);
            fprintf(expected, "%s %s,%s\n", operations[operation].name, name(operation, to),
                    name(operation, from));
        }
}

static void put_memory_operand(int operation, enum x86_register which, struct x86_memory memory)
{
    const unsigned takes = operations[operation].takes;

    if (takes & LOAD) {
        x86_load(&x, (enum x86_operation)operation, which, memory);
        fprintf(expected, "%s %s,", operations[operation].name, name(operation, which));
        expect_memory(operation, memory);
        fputc('\n', expected);
    }
    if (takes & STORE) {
        x86_store(&x, (enum x86_operation)operation, memory, which);
        fprintf(expected, "%s ", operations[operation].name);
        expect_memory(operation, memory);
        fprintf(expected, ",%s\n", name(operation, which));
    }
    if (takes & STORE && takes & IMMEDIATE) {
        x86_store_immediate(&x, (enum x86_operation)operation, memory, values[which % VALUES]);
        fprintf(expected, "%s ", operations[operation].name);
        expect_memory(operation, memory);
        fputc(',', expected);
        expect_value(operation, values[which % VALUES]);
    }
}

static void put_memory(int operation)
{
    for (unsigned base = X86_AX; base < X86_NONE; base++)
        for (unsigned index = X86_AX; index <= X86_NONE; index++)
            for (unsigned scale = 0; scale < (index == X86_NONE ? 1 : 4); scale++) {
                const struct x86_memory memory = {(enum x86_register)base, (enum x86_register)index,
                                                  scale, values[(base + index + scale) % VALUES]};

                if (index != X86_SP && memory.displacement != INT32_MIN)
                    put_memory_operand(operation, (enum x86_register)((base * 5 + index) % 16),
                                       memory);
            }
}

static void put_immediates(int operation)
{
    for (unsigned to = X86_AX; to < X86_NONE; to++)
        for (size_t i = 0; i < VALUES; i++) {
            int32_t value = operations[operation].takes & BYTE ? 1 + (int32_t)i * 3 : values[i];

            x86_immediate(&x, (enum x86_operation)operation, (enum x86_register)to, value);
            fprintf(expected, "%s %s,", operations[operation].name, name(operation, to));
            expect_value(operation, value);
        }
}

/* The next line of objdump's answer without the address and with single spaces, in `line`. */
static bool read_instruction(FILE *objdump, char *line, size_t size)
{
    while (fgets(line, (int)size, objdump)) {
        char *from = strchr(line, '\t');
        char *to = line;

        if (!from)
            continue;
        for (from++; *from; from++)
            if (*from != ' ' || (to > line && to[-1] != ' ' && from[1] != '\n'))
                *to++ = *from;
        *to = '\0';
        return true;
    }
    return false;
}

/* Compares what our own decoder says of the code at *offset, and advances that. */
static void check_text(size_t *offset, const char *want)
{
    struct x86_text text;

    x86_text_read(&text, code + *offset, (size_t)(x.at - code) - *offset,
                  ADDRESS + (uint32_t)*offset);
    ck_assert_msg(strcmp(text.text, want) == 0, "we read \"%s\", expected \"%s\"", text.text, want);
    *offset += text.length;
}

/* Disassembles the code and compares it with what is expected, instruction by instruction. */
static void check_code(void)
{
    char path[] = "/tmp/babyvisor-x86-XXXXXX";
    char command[256], got[256];
    int fd = mkstemp(path);
    FILE *objdump;
    size_t count = 0, offset = 0;
    char *want;

    ck_assert(!x.full);
    ck_assert_int_eq(write(fd, code, (size_t)(x.at - code)), x.at - code);
    close(fd);
    snprintf(command, sizeof(command),
             "objdump -D -b binary -m i386:x86-64 -M intel --no-show-raw-insn -z "
             "--adjust-vma=0x%x %s",
             ADDRESS, path);
    objdump = popen(command, "r");
    fflush(expected);
    want = strtok(expected_text, "\n");
    for (; want; want = strtok(NULL, "\n"), count++) {
        ck_assert_msg(read_instruction(objdump, got, sizeof(got)), "no more, expected \"%s\"",
                      want);
        got[strcspn(got, "\n")] = '\0';
        ck_assert_msg(strcmp(got, want) == 0, "instruction %zu is \"%s\", expected \"%s\"", count,
                      got, want);
        check_text(&offset, want);
    }
    ck_assert_msg(!read_instruction(objdump, got, sizeof(got)), "one too many: \"%s\"", got);
    pclose(objdump);
    unlink(path);
}

START_TEST(writes_operation)
{
    const unsigned takes = operations[_i].takes;

    if (takes & REGISTERS)
        put_registers(_i);
    if (takes & (LOAD | STORE))
        put_memory(_i);
    if (takes & IMMEDIATE)
        put_immediates(_i);
    for (unsigned which = X86_AX; takes & SINGLE && which < X86_NONE; which++) {
        x86_register(&x, (enum x86_operation)_i, (enum x86_register)which);
        fprintf(expected, "%s %s\n", operations[_i].name, name(_i, which));
    }
    check_code();
}
END_TEST

START_TEST(writes_jumps)
{
    static const struct {
        enum x86_condition condition;
        const char *name;
    } jumps[] = {
        {X86_BELOW, "jb"}, {X86_ABOVE_OR_EQUAL, "jae"}, {X86_EQUAL, "je"}, {X86_NOT_EQUAL, "jne"},
        {X86_SIGN, "js"},  {X86_NOT_SIGN, "jns"},
    };

    uint8_t *jump;

    for (size_t i = 0; i < sizeof(jumps) / sizeof(jumps[0]); i++) {
        x86_jump_if(&x, jumps[i].condition, 0x20000010);
        fprintf(expected, "%s 0x20000010\n", jumps[i].name);
        x86_link(&x, x86_jump_if(&x, jumps[i].condition, 0), 0x1fffff00);
        fprintf(expected, "%s 0x1fffff00\n", jumps[i].name);
    }
    x86_jump(&x, 0x20100000);
    fprintf(expected, "jmp 0x20100000\n");
    jump = x86_jump(&x, 0);
    x86_link(&x, jump, x.address);
    fprintf(expected, "jmp 0x%x\n", x.address);
    x86_ret(&x);
    fprintf(expected, "ret\n");
    check_code();
}
END_TEST

/* Whatever bytes it is given, the decoder reads none beyond them, and one at least. */
START_TEST(reads_anything)
{
    struct x86_text text;
    uint8_t *bytes = malloc(X86_TEXT_LENGTH);
    uint64_t seed = 1948;

    for (size_t i = 0; i < 20000; i++) {
        const size_t size = i % (X86_TEXT_LENGTH + 1);
        uint8_t *end = bytes + X86_TEXT_LENGTH - size;

        for (size_t j = 0; j < size; j++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            end[j] = (uint8_t)(seed >> 56);
        }
        x86_text_read(&text, end, size, ADDRESS);
        ck_assert_uint_le(text.length, size);
        ck_assert_uint_ge(text.length, size > 0);
        ck_assert_uint_lt(strlen(text.text), sizeof(text.text) - 1);
    }
    free(bytes);
}
END_TEST

START_TEST(stops_when_full)
{
    uint8_t small[4] = {0};
    struct x86 y = {.at = small, .end = small + 3, .address = ADDRESS};

    x86_registers(&y, X86_MOV, X86_AX, X86_CX);
    ck_assert(!y.full);
    x86_registers(&y, X86_MOV, X86_AX, X86_CX);
    ck_assert(y.full);
    x86_ret(&y);
    ck_assert_ptr_eq(y.at, small + 2);
    ck_assert_uint_eq(y.address, ADDRESS + 2);
    ck_assert_uint_eq(small[2], 0);
}
END_TEST

Suite *suite_x86(void)
{
    Suite *suite = suite_create("x86");
    TCase *tests = tcase_create("x86");

    tcase_add_checked_fixture(tests, open_code, close_code);
    tcase_add_loop_test(tests, writes_operation, 0, X86_OPERATION_COUNT);
    tcase_add_test(tests, writes_jumps);
    tcase_add_test(tests, stops_when_full);
    tcase_add_test(tests, reads_anything);
    suite_add_tcase(suite, tests);
    return suite;
}
