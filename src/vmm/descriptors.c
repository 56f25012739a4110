/* Builds the guest's GDT, TSS with I/O bitmap, and IDT in its system page, and the registers that
 * go with them. */
#include "vmm/descriptors.h"

#include <stddef.h>
#include <string.h>

#include "guest/abi.h"

/* Segment descriptors of 64-bit mode (SDM vol. 3, 3.4.5), accessed already, so that the CPU has no
 * reason to write the GDT but for the busy bit of the TSS. */
#define CODE(dpl) (0x00af9b000000ffffull | (uint64_t)(dpl) << 45)
#define DATA(dpl) (0x00cf93000000ffffull | (uint64_t)(dpl) << 45)

#define CR0  0x80010033u /* PG, WP, NE, ET, MP, PE */
#define CR4  0x20u       /* PAE */
#define EFER 0xd00u      /* NXE, LMA, LME */
#define APIC 0xfee00900u /* the base it has after reset, enabled, bootstrap processor */

#define TSS_AVAILABLE    9
#define INTERRUPT_GATE   14
#define DOUBLE_FAULT     8
#define DOUBLE_FAULT_IST 1

/* The task-state segment of 64-bit mode: SDM vol. 3, 8.7. */
struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map;
    uint8_t bitmap[ABI_PORTS_RING3_END / 8 + 1]; /* up to the last byte that is not all ones */
    uint8_t end;                                 /* all ones: SDM vol. 1, 19.5.2 */
} __attribute__((packed));

struct gate {
    uint16_t offset_low;
    uint16_t selector;
    uint8_t ist;
    uint8_t type;
    uint16_t offset_middle;
    uint32_t offset_high;
    uint32_t reserved;
} __attribute__((packed));

_Static_assert(offsetof(struct tss, bitmap) == 104, "struct tss");
_Static_assert(DESCRIPTORS_TSS + sizeof(struct tss) <= DESCRIPTORS_IDT, "TSS below IDT");
_Static_assert(DESCRIPTORS_IDT + ABI_VECTORS * sizeof(struct gate) <= ABI_PAGE, "IDT in page");
_Static_assert(DESCRIPTORS_IDT_LIMIT == ABI_VECTORS * sizeof(struct gate) - 1, "IDT limit");
_Static_assert(ABI_SELECTOR_TSS + 16 == DESCRIPTORS_GDT_LIMIT + 1, "GDT limit");
#define X(id, name, ring)                                                                          \
    _Static_assert(ring < 3 || ABI_PORT_##id + 4 <= ABI_PORTS_RING3_END, "bitmap");
ABI_PORTS(X)
#undef X

static void build_gdt(uint8_t *page)
{
    const uint64_t tss = ABI_BASE + ABI_SYSTEM_PAGE + DESCRIPTORS_TSS;
    const uint64_t limit = sizeof(struct tss) - 1;
    const uint64_t gdt[] = {
        [ABI_SELECTOR_CODE0 / 8] = CODE(0),
        [ABI_SELECTOR_DATA0 / 8] = DATA(0),
        [ABI_SELECTOR_DATA3 / 8] = DATA(3),
        [ABI_SELECTOR_CODE3 / 8] = CODE(3),
        [ABI_SELECTOR_TSS / 8] = limit | (tss & 0xffffff) << 16 | (uint64_t)TSS_AVAILABLE << 40 |
                                 1ull << 47 | (tss >> 24 & 0xff) << 56,
        [ABI_SELECTOR_TSS / 8 + 1] = tss >> 32,
    };

    memcpy(page + DESCRIPTORS_GDT, gdt, sizeof(gdt));
}

static void allow_port(struct tss *tss, unsigned port)
{
    for (unsigned i = port; i < port + 4; i++)
        tss->bitmap[i / 8] &= (uint8_t) ~(1u << i % 8);
}

static void build_tss(uint8_t *page)
{
    struct tss tss = {
        .rsp = {ABI_BASE + ABI_RING0_STACK + ABI_PAGE},
        .ist = {[DOUBLE_FAULT_IST - 1] = ABI_BASE + ABI_RING0_STACK + ABI_PAGE / 2},
        .io_map = offsetof(struct tss, bitmap),
        .end = 0xff,
    };

    memset(tss.bitmap, 0xff, sizeof(tss.bitmap));
#define X(id, name, ring)                                                                          \
    if (ring == 3)                                                                                 \
        allow_port(&tss, ABI_PORT_##id);
    ABI_PORTS(X)
#undef X
    memcpy(page + DESCRIPTORS_TSS, &tss, sizeof(tss));
}

void descriptors_gate(uint8_t *idt, unsigned vector, uint64_t handler, unsigned dpl)
{
    const struct gate gate = {
        .offset_low = (uint16_t)handler,
        .selector = ABI_SELECTOR_CODE0,
        .ist = vector == DOUBLE_FAULT ? DOUBLE_FAULT_IST : 0,
        .type = (uint8_t)(0x80 | dpl << 5 | INTERRUPT_GATE),
        .offset_middle = (uint16_t)(handler >> 16),
        .offset_high = (uint32_t)(handler >> 32),
    };

    memcpy(idt + vector * sizeof(gate), &gate, sizeof(gate));
}

void descriptors_build(uint8_t *page, uint64_t fault_stubs)
{
    build_gdt(page);
    build_tss(page);
    for (unsigned vector = 0; vector < ABI_VECTORS; vector++)
        descriptors_gate(page + DESCRIPTORS_IDT, vector, fault_stubs + vector * ABI_FAULT_STUB_SIZE,
                         0);
}

void descriptors_sregs(struct kvm_sregs *sregs)
{
    const struct kvm_segment data = {
        .limit = 0xffffffff,
        .selector = ABI_SELECTOR_DATA3,
        .type = 3,
        .present = 1,
        .dpl = 3,
        .db = 1,
        .s = 1,
        .g = 1,
    };
    struct kvm_segment stack = data;
    const uint64_t system = ABI_BASE + ABI_SYSTEM_PAGE;

    stack.selector = ABI_SELECTOR_DATA0;
    stack.dpl = 0;
    *sregs = (struct kvm_sregs){
        .cs = {.limit = 0xffffffff,
               .selector = ABI_SELECTOR_CODE0,
               .type = 11,
               .present = 1,
               .s = 1,
               .l = 1,
               .g = 1},
        .ds = data,
        .es = data,
        .fs = data,
        .gs = data,
        .ss = stack,
        /* VT-x wants a busy TSS even before ring 0 loads the real one. */
        .tr = {.limit = 0x67, .type = 11, .present = 1},
        .ldt = {.type = 2, .unusable = 1},
        .gdt = {.base = system + DESCRIPTORS_GDT, .limit = DESCRIPTORS_GDT_LIMIT},
        .idt = {.base = system + DESCRIPTORS_IDT, .limit = DESCRIPTORS_IDT_LIMIT},
        .cr0 = CR0,
        .cr3 = ABI_PAGE_TABLES,
        .cr4 = CR4,
        .efer = EFER,
        .apic_base = APIC,
    };
}
