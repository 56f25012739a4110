/* What a snapshot of a VM holds, and what its clones cost, for people and for programs. */
#include "report/snapshot.h"

#include <inttypes.h>
#include <jansson.h>

#include "machine/config.h"
#include "observe/fault.h"
#include "report/json.h"
#include "report/text.h"
#include "ssem/listing.h"
#include "vmm/kvm.h"
#include "vmm/layout.h"

/* The registers, by the names of the manuals: in struct kvm_regs, in struct kvm_sregs, and the
 * segments there. */
/* clang-format off */
#define REGISTERS(X) \
    X(rax) X(rbx) X(rcx) X(rdx) X(rsi) X(rdi) X(rsp) X(rbp) \
    X(r8) X(r9) X(r10) X(r11) X(r12) X(r13) X(r14) X(r15) X(rip) X(rflags)
/* clang-format on */
#define CONTROLS(X) X(cr0) X(cr2) X(cr3) X(cr4) X(efer)
#define SEGMENTS(X) X(cs) X(ss) X(ds) X(es) X(fs) X(gs) X(tr) X(ldt)

/* ADDRESS_SIZE is enough for a function's name, offset and address. */
#define ADDRESS_SIZE 160

struct named {
    const char *name;
    uint64_t value;
};

/* Where gva is: its address, and its function where the image says one. */
static const char *address_text(const struct image *image, uint64_t gva, char out[ADDRESS_SIZE])
{
    uint64_t offset = 0;
    char name[96] = "";

    if (image)
        image_symbol(image, gva, name, sizeof(name), &offset);
    if (name[0])
        snprintf(out, ADDRESS_SIZE, "0x%" PRIx64 " (%s+0x%" PRIx64 ")", gva, name, offset);
    else
        snprintf(out, ADDRESS_SIZE, "0x%" PRIx64, gva);
    return out;
}

/* Pages of a region that are not zero. */
static unsigned count_pages(const struct snapshot *snapshot, uint64_t from, uint64_t to)
{
    unsigned count = 0;

    for (uint64_t at = from; at < to; at += ABI_PAGE)
        count += snapshot_has_page(snapshot, (unsigned)(at / ABI_PAGE));
    return count;
}

static void print_pages(FILE *out, const struct snapshot *snapshot, const char *name, uint64_t from,
                        uint64_t to)
{
    const unsigned count = count_pages(snapshot, from, to);

    if (count)
        fprintf(out, "  %-26s %4u of %u\n", name, count, (unsigned)((to - from) / ABI_PAGE));
}

static void print_memory(FILE *out, const struct snapshot *snapshot)
{
    fprintf(out, "memory   %u of %u pages are not zero\n",
            count_pages(snapshot, 0, ABI_MEMORY_SIZE), (unsigned)SNAPSHOT_PAGES);
    print_pages(out, snapshot, "the image", ABI_IMAGE, ABI_IMAGE_END);
    for (size_t i = 0; i < layout_region_count; i++) {
        const struct layout_region *region = &layout_regions[i];

        if (gpa_of(region->gva).at == region->gpa.at)
            print_pages(out, snapshot, region->name, region->gpa.at, region->gpa.at + region->size);
    }
}

static void print_job(FILE *out, const struct snapshot *snapshot)
{
    const struct abi_job *job = &snapshot->job;
    char count[TEXT_GROUPED];

    fprintf(out, "engine   %s, transport %s\n", config_engines[job->engine].name,
            config_transports[snapshot->transport].name);
    if (!snapshot->booted)
        fputs("job      none yet: the guest has not booted\n", out);
    else if (!snapshot->outstanding)
        fprintf(out, "job      none: it has handed over what was before job %" PRIu32 "\n",
                job->id);
    else
        fprintf(out, "job      in the middle of job %" PRIu32 ", of at most %s instructions\n",
                job->id, text_grouped(job->budget, count));
}

static void print_fault(FILE *out, const struct snapshot *snapshot, const struct image *image)
{
    const struct abi_fault *fault = &snapshot->fault;
    char name[FAULT_MNEMONIC], address[ADDRESS_SIZE];

    if (snapshot->fault_words < ABI_FAULT_WORDS)
        return;
    fprintf(out, "fault    %s in ring %u at %s, error code 0x%" PRIx64 ", cr2 0x%" PRIx64 "\n",
            fault_mnemonic(fault->vector, name), (unsigned)(fault->cs & 3),
            address_text(image, fault->rip, address), fault->error_code, fault->cr2);
}

static void print_registers(FILE *out, const struct named *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fprintf(out, "  %-6s %16" PRIx64 "%s", list[i].name, list[i].value,
                i % 3 == 2 || i + 1 == count ? "\n" : "");
}

static void print_segment(FILE *out, const char *name, const struct kvm_segment *segment)
{
    fprintf(out, "  %-6s %04x  base %16" PRIx64 "  limit %08x  type %2u  ring %u%s\n", name,
            segment->selector, (uint64_t)segment->base, segment->limit, segment->type, segment->dpl,
            segment->unusable ? "  unusable" : "");
}

static void print_vcpu(FILE *out, const struct snapshot *snapshot, const struct image *image)
{
    const struct named registers[] = {
#define X(name) {#name, snapshot->regs.name},
        REGISTERS(X)
#undef X
    };
    const struct named controls[] = {
#define X(name) {#name, snapshot->sregs.name},
        CONTROLS(X)
#undef X
    };
    char address[ADDRESS_SIZE];

    fprintf(out, "vCPU     ring %u, at %s\n", snapshot->sregs.cs.dpl & 3u,
            address_text(image, snapshot->regs.rip, address));
    print_registers(out, registers, sizeof(registers) / sizeof(registers[0]));
    print_registers(out, controls, sizeof(controls) / sizeof(controls[0]));
#define X(name) print_segment(out, #name, &snapshot->sregs.name);
    SEGMENTS(X)
#undef X
}

void snapshot_text(FILE *out, const struct snapshot *snapshot, const struct image *image)
{
    char number[TEXT_GROUPED];

    fprintf(out, "VM       of a %s host\n", kvm_kind_name((enum kvm_kind)snapshot->host));
    fprintf(out, "image    %s bytes, crc64:%016" PRIx64 "%s\n",
            text_grouped(snapshot->image_length, number), snapshot->image_check,
            image ? "" : ", another one than this program's; --guest=FILE names it");
    print_job(out, snapshot);
    print_fault(out, snapshot, image);
    print_vcpu(out, snapshot, image);
    print_memory(out, snapshot);
    fprintf(out, "\nThe state of the SSEM, after %s instructions%s:\n\n",
            text_grouped(snapshot->job.state.executed, number),
            snapshot->outstanding ? ", when the job began" : "");
    listing_write(out, &snapshot->job.state);
}

static json_t *registers_object(const struct snapshot *snapshot)
{
    json_t *object = json_object();

#define X(name) json_object_set_new(object, #name, json_unsigned(snapshot->regs.name));
    REGISTERS(X)
#undef X
#define X(name) json_object_set_new(object, #name, json_unsigned(snapshot->sregs.name));
    CONTROLS(X)
#undef X
    return object;
}

static json_t *segment_object(const struct kvm_segment *segment)
{
    return json_pack("{s:i, s:o, s:I, s:i, s:i, s:b, s:b}", "selector", (int)segment->selector,
                     "base", json_unsigned(segment->base), "limit", (json_int_t)segment->limit,
                     "type", (int)segment->type, "ring", (int)segment->dpl, "present",
                     (int)segment->present, "unusable", (int)segment->unusable);
}

static json_t *segments_object(const struct snapshot *snapshot)
{
    json_t *object = json_object();

#define X(name) json_object_set_new(object, #name, segment_object(&snapshot->sregs.name));
    SEGMENTS(X)
#undef X
    return object;
}

static json_t *pages_array(const struct snapshot *snapshot)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < SNAPSHOT_PAGES; i++)
        if (snapshot_has_page(snapshot, i))
            json_array_append_new(array, json_integer((json_int_t)i * ABI_PAGE));
    return array;
}

static json_t *fault_object(const struct abi_fault *fault)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "vector",
                     json_unsigned(fault->vector), "error_code", json_unsigned(fault->error_code),
                     "cr2", json_unsigned(fault->cr2), "rip", json_unsigned(fault->rip), "cs",
                     json_unsigned(fault->cs), "rflags", json_unsigned(fault->rflags), "rsp",
                     json_unsigned(fault->rsp), "ss", json_unsigned(fault->ss));
}

int snapshot_json(FILE *out, const struct snapshot *snapshot, const struct image *image,
                  struct error *error)
{
    const struct abi_job *job = &snapshot->job;
    char check[24], address[ADDRESS_SIZE];
    json_t *object;

    snprintf(check, sizeof(check), "crc64:%016" PRIx64, snapshot->image_check);
    object = json_pack(
        "{s:s, s:s, s:{s:o, s:s, s:b}, s:s, s:s, s:b, s:{s:I, s:b, s:o}, s:s, s:o, s:o, s:o, s:o, "
        "s:I, s:I, s:o}",
        "schema", SNAPSHOT_SCHEMA, "host", kvm_kind_name((enum kvm_kind)snapshot->host), "image",
        "length", json_unsigned(snapshot->image_length), "check", check, "known", image != NULL,
        "engine", config_engines[job->engine].name, "transport",
        config_transports[snapshot->transport].name, "booted", (int)snapshot->booted, "job", "id",
        (json_int_t)job->id, "under_way", (int)snapshot->outstanding, "budget",
        json_unsigned(job->budget), "at", address_text(image, snapshot->regs.rip, address),
        "registers", registers_object(snapshot), "segments", segments_object(snapshot), "pages",
        pages_array(snapshot), "executed", json_unsigned(job->state.executed), "a",
        (json_int_t)(int32_t)job->state.a, "ci", (json_int_t)job->state.ci, "store",
        json_store(&job->state));
    if (object && snapshot->fault_words == ABI_FAULT_WORDS)
        json_object_set_new(object, "fault", fault_object(&snapshot->fault));
    return json_print(out, object, error);
}

static const struct {
    const char *name, *key;
} ways[SNAPSHOT_WAYS] = {
    [SNAPSHOT_SCRATCH] = {"from scratch", "scratch"},
    [SNAPSHOT_CLONE] = {"from the snapshot", "clone"},
    [SNAPSHOT_RESET] = {"reset in place", "reset"},
    [SNAPSHOT_WARM] = {"the next job", "warm"},
};

void snapshot_costs_text(FILE *out, const struct snapshot_costs *costs)
{
    fprintf(out, "medians of %u VMs and of %u resets, %s, us\n", costs->machines, costs->resets,
            costs->host);
    fprintf(out, "%-20s %9s %9s %9s %9s %9s\n", "", "create", "fill", "job", "close", "sum");
    for (int i = 0; i < SNAPSHOT_WAYS; i++)
        fprintf(out, "%-20s %9.1f %9.1f %9.1f %9.1f %9.1f\n", ways[i].name,
                costs->ways[i].create / 1e3, costs->ways[i].fill / 1e3, costs->ways[i].job / 1e3,
                costs->ways[i].close / 1e3,
                (costs->ways[i].create + costs->ways[i].fill + costs->ways[i].job +
                 costs->ways[i].close) /
                    1e3);
    fputs("fill: the image and its boot, or memory and vCPU from the snapshot\n", out);
}

int snapshot_costs_json(FILE *out, const struct snapshot_costs *costs, struct error *error)
{
    json_t *object =
        json_pack("{s:s, s:s, s:i, s:i}", "schema", "babyvisor/clone/1", "host", costs->host,
                  "machines", (int)costs->machines, "resets", (int)costs->resets);

    for (int i = 0; i < SNAPSHOT_WAYS && object; i++)
        json_object_set_new(object, ways[i].key,
                            json_pack("{s:I, s:I, s:I, s:I}", "create_ns",
                                      (json_int_t)costs->ways[i].create, "fill_ns",
                                      (json_int_t)costs->ways[i].fill, "job_ns",
                                      (json_int_t)costs->ways[i].job, "close_ns",
                                      (json_int_t)costs->ways[i].close));
    return json_print(out, object, error);
}
