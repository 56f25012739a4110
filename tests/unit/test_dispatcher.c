/* The dispatcher on exits that no well-behaved guest makes: each gets its message and ends the run.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "vmm/dispatcher.h"
#include "vmm/image.h"
#include "vmm/paging.h"

#define RUN_SIZE 0x3000
#define DATA     0x1000

static struct guest guest;
static struct error error;

static void make_vm(void)
{
    guest = (struct guest){.vm = vm_none};
    guest.vm.run_size = RUN_SIZE;
    guest.vm.run = calloc(1, RUN_SIZE);
    guest.vm.memory = calloc(1, ABI_MEMORY_SIZE);
    paging_init(guest.vm.memory);
    ck_assert_int_eq(image_open(&guest.image, NULL, &error), 0);
}

static void free_vm(void)
{
    free(guest.vm.run);
    free(guest.vm.memory);
    image_close(&guest.image);
}

static void assert_ends(enum status status, const char *says)
{
    ck_assert_int_lt(dispatcher_serve(&guest, &error), 0);
    ck_assert_int_eq(error.status, status);
    ck_assert_msg(strstr(error.text, says), "\"%s\" does not say \"%s\"", error.text, says);
}

START_TEST(names_unexpected_exits)
{
    guest.vm.run->exit_reason = KVM_EXIT_HYPERCALL;
    assert_ends(STATUS_GUEST, "KVM_EXIT_HYPERCALL (3)");
    guest.vm.run->exit_reason = 4711;
    assert_ends(STATUS_GUEST, "no name for: KVM_EXIT 4711");
    guest.vm.run->exit_reason = UINT32_MAX;
    assert_ends(STATUS_GUEST, "KVM_EXIT 4294967295");
    ck_assert_uint_eq(guest.exits.by_reason[EXITS_REASONS], 2);
    ck_assert_uint_eq(guest.exits.total, 3);
}
END_TEST

START_TEST(tells_of_each_end)
{
    guest.vm.run->exit_reason = KVM_EXIT_SHUTDOWN;
    assert_ends(STATUS_GUEST, "triple fault");
    guest.vm.run->exit_reason = KVM_EXIT_HLT;
    assert_ends(STATUS_GUEST, "halted");
    guest.vm.run->exit_reason = KVM_EXIT_FAIL_ENTRY;
    guest.vm.run->fail_entry.hardware_entry_failure_reason = 0x80000021;
    guest.vm.run->fail_entry.cpu = 1;
    guest.vm.run->s.regs.regs.rip = guest.image.entry;
    assert_ends(STATUS_INTERNAL, "hardware reason 0x80000021 on CPU 1");
    guest.vm.run->s.regs.regs.rip = guest.image.entry + 1;
    assert_ends(STATUS_GUEST, "hardware reason 0x80000021 on CPU 1");
    guest.vm.run->exit_reason = KVM_EXIT_MMIO;
    guest.vm.run->mmio.phys_addr = 0xfee00000;
    guest.vm.run->mmio.len = 4;
    guest.vm.run->mmio.is_write = 1;
    assert_ends(STATUS_GUEST, "wrote 4 bytes at guest-physical 0xfee00000");
}
END_TEST

START_TEST(tells_what_could_not_be_emulated)
{
    guest.vm.run->exit_reason = KVM_EXIT_INTERNAL_ERROR;
    guest.vm.run->emulation_failure.suberror = KVM_INTERNAL_ERROR_EMULATION;
    guest.vm.run->emulation_failure.ndata = 4;
    guest.vm.run->emulation_failure.flags = KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
    guest.vm.run->emulation_failure.insn_size = 2;
    guest.vm.run->emulation_failure.insn_bytes[0] = 0x0f;
    guest.vm.run->emulation_failure.insn_bytes[1] = 0xc7;
    assert_ends(STATUS_GUEST, "could not emulate an instruction (1); instruction bytes 0f c7");
    guest.vm.run->emulation_failure.insn_size = 255;
    assert_ends(STATUS_GUEST, "instruction bytes 0f c7 00");
    ck_assert_uint_eq(strlen(strstr(error.text, " 0f c7")),
                      3 * sizeof(guest.vm.run->emulation_failure.insn_bytes));
    guest.vm.run->emulation_failure.ndata = 1; /* too few for there to be flags */
    assert_ends(STATUS_GUEST, "could not emulate an instruction (1); data 0x");
    guest.vm.run->internal.suberror = 99;
    guest.vm.run->internal.ndata = UINT32_MAX;
    guest.vm.run->internal.data[0] = 0xabd; /* no flags, although the bit is set */
    assert_ends(STATUS_GUEST, "unknown (99); data 0xabd, 0x");
}
END_TEST

static void set_io(uint16_t port, uint8_t direction, uint8_t size, uint32_t count)
{
    guest.vm.run->exit_reason = KVM_EXIT_IO;
    guest.vm.run->io.port = port;
    guest.vm.run->io.direction = direction;
    guest.vm.run->io.size = size;
    guest.vm.run->io.count = count;
    guest.vm.run->io.data_offset = DATA;
}

START_TEST(refuses_port_io)
{
    set_io(0x80, KVM_EXIT_IO_OUT, 1, 1);
    assert_ends(STATUS_GUEST, "out of 8 bits at port 0x80");
    set_io(ABI_PORT_DOORBELL, KVM_EXIT_IO_OUT, 2, 1);
    assert_ends(STATUS_GUEST, "out of 16 bits at port 0x1948");
    set_io(ABI_PORT_DOORBELL, KVM_EXIT_IO_IN, 4, 1);
    assert_ends(STATUS_GUEST, "in of 32 bits at port 0x1948");
    set_io(ABI_PORT_FAULT, KVM_EXIT_IO_IN, 4, 1);
    assert_ends(STATUS_GUEST, "in of 32 bits at port 0x1950");
    set_io(ABI_PORT_DOORBELL, KVM_EXIT_IO_OUT, 4, 2);
    assert_ends(STATUS_GUEST, "rang the doorbell 2 times");
    set_io(ABI_PORT_WORD, KVM_EXIT_IO_OUT, 4, UINT32_MAX);
    assert_ends(STATUS_INTERNAL, "outside of struct kvm_run");
    set_io(ABI_PORT_WORD, KVM_EXIT_IO_OUT, 4, 1u << 30 | 1);
    assert_ends(STATUS_INTERNAL, "outside of struct kvm_run");
    set_io(ABI_PORT_WORD, KVM_EXIT_IO_OUT, 4, (RUN_SIZE - DATA) / 4 + 1);
    assert_ends(STATUS_INTERNAL, "outside of struct kvm_run");
    set_io(ABI_PORT_WORD, KVM_EXIT_IO_OUT, 4, 1);
    guest.vm.run->io.data_offset = UINT64_MAX;
    assert_ends(STATUS_INTERNAL, "outside of struct kvm_run");
}
END_TEST

START_TEST(serves_string_io)
{
    struct abi_job job = {.id = 9};
    struct abi_result result;

    guest.transport.kind = TRANSPORT_WORDS;
    transport_place(&guest.transport, guest.vm.memory, &job, &result, 1);
    set_io(ABI_PORT_WORD, KVM_EXIT_IO_IN, 4, ABI_JOB_WORDS);
    ck_assert_int_eq(dispatcher_serve(&guest, &error), 0);
    ck_assert_int_eq(memcmp((char *)guest.vm.run + DATA, &job, sizeof(job)), 0);
    ck_assert_uint_eq(guest.exits.by_port[EXITS_PORT_WORD], 1);
    assert_ends(STATUS_GUEST, "read past the end of its job");
}
END_TEST

/* What follows the last word of a fault, or the first word that is refused, is not served. */
START_TEST(stops_within_a_string)
{
    set_io(ABI_PORT_FAULT, KVM_EXIT_IO_OUT, 4, ABI_FAULT_WORDS + 10);
    assert_ends(STATUS_GUEST, "guest fault: #DE");
    ck_assert_uint_eq(guest.fault_words, ABI_FAULT_WORDS);
}
END_TEST

/* Reports a fault as ring 0 does: ABI_FAULT_WORDS outs, the last of which ends the run. */
static void assert_fault(const struct abi_fault *fault, const char *says)
{
    guest.fault_words = 0;
    for (int i = 0; i < ABI_FAULT_WORDS; i++) {
        set_io(ABI_PORT_FAULT, KVM_EXIT_IO_OUT, 4, 1);
        memcpy((char *)guest.vm.run + DATA, (const char *)fault + 4 * i, 4);
        if (i < ABI_FAULT_WORDS - 1)
            ck_assert_int_eq(dispatcher_serve(&guest, &error), 0);
        else
            assert_ends(STATUS_GUEST, says);
    }
}

START_TEST(puts_faults_into_words)
{
    struct abi_fault fault = {
        .vector = 14, .error_code = 6, .cs = 0x23, .cr2 = ABI_BASE + ABI_RING3_STACK - 8};

    char says[200];

    fault.rip = guest.image.note.ring3_entry + 3;
    snprintf(says, sizeof(says),
             "ring 3 wrote 0x2000aff8, in the guard page below the ring-3 stack, which is not "
             "mapped; rip 0x%llx (jobs_main+0x3)",
             (unsigned long long)fault.rip);
    assert_fault(&fault, says);
    fault.error_code = 21;
    fault.cr2 = guest.image.segments[2].address;
    ck_assert_int_eq(paging_map(guest.vm.memory, gva_at(fault.cr2), gpa_at(0x12000), 1, 9), 0);
    assert_fault(&fault, "segment 2 of the image, which is r-- for ring 3");
    fault.cr2 = 0;
    fault.error_code = 4;
    assert_fault(&fault, "read 0x0, outside of the guest's memory, which is not mapped");
    fault.cr2 = UINT64_MAX;
    assert_fault(&fault, "outside of the guest's memory");
    fault.cr2 = ABI_BASE - 8;
    assert_fault(&fault, "outside of the guest's memory");
    fault.cr2 = ABI_BASE + ABI_RING + ABI_RING_SIZE;
    assert_fault(&fault, "in a guard page, which is not mapped");
    fault.cr2 = ABI_BASE + ABI_CACHE_EXEC + ABI_CACHE_SIZE;
    assert_fault(&fault, "outside of the guest's memory");
    fault.cr2 = ABI_BASE + ABI_IMAGE_END - 1;
    assert_fault(&fault, "a part of the image's range with no segment");
    fault.cr2 = ABI_BASE;
    assert_fault(&fault, "in the page tables, which is not mapped");
    fault.vector = 13;
    fault.error_code = 0;
    assert_fault(&fault,
                 "#GP general protection: ring 3 executed an instruction that is not allowed");
    fault.vector = UINT64_MAX;
    fault.rip = 0;
    assert_fault(&fault, "reserved vector");
    fault.vector = 1ull << 40;
    assert_fault(&fault, "reserved vector");
}
END_TEST

Suite *suite_dispatcher(void)
{
    Suite *suite = suite_create("dispatcher");
    TCase *tests = tcase_create("dispatcher");

    tcase_add_checked_fixture(tests, make_vm, free_vm);
    tcase_add_test(tests, names_unexpected_exits);
    tcase_add_test(tests, tells_of_each_end);
    tcase_add_test(tests, tells_what_could_not_be_emulated);
    tcase_add_test(tests, refuses_port_io);
    tcase_add_test(tests, serves_string_io);
    tcase_add_test(tests, stops_within_a_string);
    tcase_add_test(tests, puts_faults_into_words);
    suite_add_tcase(suite, tests);
    return suite;
}
