/* The image loader: the embedded guest passes, and each way of breaking it has an error of its own.
 */
#include <elf.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "images/bombs.h"
#include "suites.h"
#include "vmm/image.h"
#include "vmm/layout.h"

static struct craft guest;

static void copy_guest(void)
{
    craft_guest(&guest);
}

static void free_guest(void)
{
    craft_free(&guest);
}

static Elf64_Ehdr *header(void)
{
    return craft_header(&guest);
}

static Elf64_Phdr *segment(size_t n)
{
    return craft_segment(&guest, n);
}

/* The first note, which is for PVH loaders, and ours after it. */
static Elf64_Nhdr *pvh_note_head(void)
{
    return (Elf64_Nhdr *)(guest.bytes + segment(4)->p_offset);
}

static Elf64_Nhdr *note_head(void)
{
    const Elf64_Nhdr *pvh = pvh_note_head();

    return (Elf64_Nhdr *)((char *)(pvh_note_head() + 1) + (pvh->n_namesz + 3) / 4 * 4 +
                          (pvh->n_descsz + 3) / 4 * 4);
}

static char *note_name(void)
{
    return (char *)(note_head() + 1);
}

/* A note is aligned to 4 bytes and no more. */
typedef struct abi_note placed_note __attribute__((aligned(4)));

static placed_note *note(void)
{
    return (placed_note *)(note_name() + (note_head()->n_namesz + 3) / 4 * 4);
}

/* A page each, from the end of the image's range downwards. */
static void add_pages(unsigned count)
{
    Elf64_Phdr *added = craft_add_segments(&guest, count);

    for (unsigned i = 0; i < count; i++)
        added[i] = (Elf64_Phdr){
            .p_type = PT_LOAD,
            .p_flags = PF_R,
            .p_vaddr = ABI_BASE + ABI_IMAGE_END - (i + 1) * ABI_PAGE,
            .p_memsz = ABI_PAGE,
        };
}

/* A note that is as long as the rest of its segment, and longer than all that is on a stack here.
 */
static void make_note_long(void)
{
    segment(4)->p_filesz = IMAGE_NOTES;
    note_head()->n_descsz = IMAGE_NOTES - 128;
}

#define BREAK(name, statement)                                                                     \
    static void name(void)                                                                         \
    {                                                                                              \
        statement;                                                                                 \
    }

BREAK(no_magic, guest.bytes[1] = 'e')
BREAK(class32, header()->e_ident[EI_CLASS] = ELFCLASS32)
BREAK(big_endian, header()->e_ident[EI_DATA] = ELFDATA2MSB)
BREAK(big_endian_x86, header()->e_ident[EI_DATA] = ELFDATA2MSB;
      header()->e_machine = EM_X86_64 << 8; header()->e_type = ET_EXEC << 8)
BREAK(machine_arm, header()->e_machine = EM_AARCH64)
BREAK(shared_object, header()->e_type = ET_DYN)
BREAK(cut_header, guest.length = 40)
BREAK(cut_tables, guest.length = 64)
BREAK(empty, guest.length = 0)
BREAK(other_elf, header()->e_ident[EI_VERSION] = 9)
BREAK(no_segments, header()->e_phnum = 0)
BREAK(tables_far_away, header()->e_phoff = UINT64_MAX - 8)
BREAK(file_above_memory, segment(1)->p_memsz = segment(1)->p_filesz - 1)
BREAK(offset_past_end, segment(1)->p_offset = 1 << 30)
BREAK(offset_wraps, segment(1)->p_offset = UINT64_MAX - 7)
BREAK(size_past_end, segment(3)->p_filesz = segment(3)->p_memsz = guest.length + 1)
BREAK(address_wraps, segment(3)->p_vaddr = UINT64_MAX - 0xfff; segment(3)->p_memsz = 0x2000)
BREAK(address_zero, segment(1)->p_vaddr = 0)
BREAK(address_low, segment(1)->p_vaddr = ABI_BASE + ABI_JOB_PAGE)
BREAK(address_high, segment(1)->p_vaddr = ABI_BASE + ABI_IMAGE_END)
BREAK(size_past_image, segment(3)->p_memsz = ABI_IMAGE_END)
BREAK(size_huge, segment(3)->p_memsz = UINT64_MAX)
BREAK(misaligned, segment(1)->p_vaddr += 8)
BREAK(write_and_execute, segment(1)->p_flags |= PF_W)
BREAK(same_address, segment(2)->p_vaddr = segment(1)->p_vaddr)
BREAK(same_page, segment(2)->p_memsz = 0x1001)
BREAK(no_note, segment(4)->p_type = PT_NULL)
BREAK(note_far_away, segment(4)->p_offset = UINT64_MAX - 3)
BREAK(note_cut, segment(4)->p_filesz = (size_t)((char *)note() - (char *)pvh_note_head()))
BREAK(note_cut_in_first, segment(4)->p_filesz = 14)
BREAK(note_after_huge_one, pvh_note_head()->n_descsz = UINT32_MAX)
BREAK(note_other_name, note_name()[0] = 'B')
BREAK(note_huge_name, note_head()->n_namesz = UINT32_MAX)
BREAK(note_short_name, note_head()->n_namesz = 4)
BREAK(note_other_type, note_head()->n_type = 2)
BREAK(note_short, note_head()->n_descsz = 8)
BREAK(note_without_version, note_head()->n_descsz = 3)
BREAK(note_long, make_note_long())
BREAK(many_segments, add_pages(13))
BREAK(other_version, note()->version = ABI_VERSION + 1)
BREAK(other_engines, note()->engine_count = ENGINE_COUNT + 1)
BREAK(entry_in_ring3, header()->e_entry = segment(1)->p_vaddr)
BREAK(entry_nowhere, header()->e_entry = 0)
BREAK(stubs_in_ring3, note()->fault_stubs = segment(1)->p_vaddr)
BREAK(stubs_cut, note()->fault_stubs = segment(0)->p_vaddr + segment(0)->p_memsz - 16)
BREAK(ring3_in_ring0, note()->ring3_entry = header()->e_entry)
BREAK(engines_in_text, note()->engines = segment(1)->p_vaddr)
BREAK(counters_in_text, note()->counters = segment(1)->p_vaddr)
BREAK(counters_cut, note()->counters = segment(3)->p_vaddr + segment(3)->p_memsz - 8)
BREAK(engines_cut, note()->engines = segment(2)->p_vaddr + segment(2)->p_memsz - 4)

static const struct {
    const char *what;
    void (*breaks)(void);
    const char *says;
} broken[] = {
    {"no magic", no_magic, "not an ELF file"},
    {"class 32", class32, "not a 64-bit ELF file"},
    {"big endian", big_endian, "another machine (big-endian)"},
    {"big endian all over", big_endian_x86, "another machine (big-endian)"},
    {"machine ARM", machine_arm, "another machine (ELF machine 183)"},
    {"shared object", shared_object, "not a static executable"},
    {"cut in the header", cut_header, "cut off within the ELF header"},
    {"cut before the tables", cut_tables, "the program headers reach past the end"},
    {"other version of ELF", other_elf, "broken ELF header"},
    {"empty", empty, "not an ELF file"},
    {"no segments", no_segments, "no segment to load"},
    {"tables far away", tables_far_away, "the program headers reach past the end"},
    {"file size above memory size", file_above_memory, "segment 1: more bytes in the file"},
    {"offset past the end", offset_past_end, "segment 1: reaches past the end"},
    {"offset wraps", offset_wraps, "segment 1: reaches past the end"},
    {"size past the end", size_past_end, "segment 3: reaches past the end"},
    {"address wraps", address_wraps, "segment 3: wraps around"},
    {"address 0", address_zero, "segment 1: 0x0 to"},
    {"address in the job page", address_low, "segment 1: 0x20009000 to"},
    {"address above the image's range", address_high, "segment 1: 0x20030000 to"},
    {"size past the image's range", size_past_image, "segment 3: 0x"},
    {"huge size", size_huge, "segment 3: wraps around"},
    {"misaligned", misaligned, "segment 1: does not begin at a page boundary"},
    {"writable and executable", write_and_execute, "segment 1: both writable and executable"},
    {"same address", same_address, "segment 2: shares a page with segment 1"},
    {"same page", same_page, "segment 3: shares a page with segment 2"},
    {"no note", no_note, "no babyvisor note"},
    {"note far away", note_far_away, "segment 4: reaches past the end"},
    {"note cut", note_cut, "no babyvisor note"},
    {"first note cut", note_cut_in_first, "no babyvisor note"},
    {"note after a huge one", note_after_huge_one, "no babyvisor note"},
    {"note of another name", note_other_name, "no babyvisor note"},
    {"note with a huge name", note_huge_name, "no babyvisor note"},
    {"note of a shorter name", note_short_name, "no babyvisor note"},
    {"note of another type", note_other_type, "no babyvisor note"},
    {"note without a version", note_without_version, "made for ABI version"},
    {"note too long", note_long, "its note has "},
    {"17 segments", many_segments, "segment 17: more than 16 segments to load"},
    {"note too short", note_short, "its note has 8 bytes"},
    {"other version", other_version, "made for ABI version 3, this program speaks version 2"},
    {"other number of engines", other_engines, "its note lists"},
    {"entry in ring 3", entry_in_ring3, "its entry point is not in a ring-0"},
    {"entry nowhere", entry_nowhere, "its entry point is not in a ring-0"},
    {"stubs in ring 3", stubs_in_ring3, "its fault stubs are not in a ring-0"},
    {"stubs reach past their segment", stubs_cut, "its fault stubs are not in a ring-0"},
    {"ring-3 entry in ring 0", ring3_in_ring0, "its ring-3 entry is not in a ring-3"},
    {"engines in text", engines_in_text, "its table of engines is not"},
    {"counters in text", counters_in_text, "its counters are not in a writable ring-3"},
    {"counters reach past their segment", counters_cut, "its counters are not in a writable"},
    {"engines reach past their segment", engines_cut, "its table of engines is not"},
};

START_TEST(refuses)
{
    struct image image;
    struct error error;

    broken[_i].breaks();
    ck_assert_msg(image_parse(&image, "t", guest.bytes, guest.length, &error) < 0, "%s: taken",
                  broken[_i].what);
    ck_assert_msg(error.status == STATUS_DATA, "%s: status %d", broken[_i].what, error.status);
    ck_assert_msg(strstr(error.text, broken[_i].says), "%s: \"%s\" does not say \"%s\"",
                  broken[_i].what, error.text, broken[_i].says);
}
END_TEST

START_TEST(takes_the_guest)
{
    struct image image;
    struct error error;
    char name[32];
    uint64_t offset;

    ck_assert_int_eq(image_parse(&image, "t", guest.bytes, guest.length, &error), 0);
    ck_assert_uint_ge(image.segment_count, 3);
    ck_assert_uint_eq(image.segments[0].flags, LAYOUT_MAPPED | LAYOUT_EXECUTE);
    ck_assert_uint_eq(image.segments[1].flags, LAYOUT_MAPPED | LAYOUT_EXECUTE | LAYOUT_USER);
    ck_assert_uint_eq(image.note.version, ABI_VERSION);
    ck_assert_str_eq(image_symbol(&image, image.entry + 1, name, sizeof(name), &offset),
                     "ring0_entry");
    ck_assert_uint_eq(offset, 1);
    ck_assert_str_eq(image_symbol(&image, 0, name, sizeof(name), &offset), "");
    image_close(&image);
}
END_TEST

/* As many segments as can be, one of no size, and a second note, which is not looked at. */
START_TEST(takes_what_is_in_order)
{
    struct image image;
    struct error error;
    Elf64_Phdr *added;

    add_pages(12);
    added = craft_add_segments(&guest, 2);
    added[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_vaddr = 1, .p_flags = PF_W | PF_X};
    added[1] = *segment(4);
    added[1].p_offset += sizeof(Elf64_Nhdr);
    ck_assert_msg(image_parse(&image, "t", guest.bytes, guest.length, &error) == 0, "%s",
                  error.text);
    ck_assert_uint_eq(image.segment_count, IMAGE_SEGMENTS);
    ck_assert_uint_eq(image.note.version, ABI_VERSION);
    image_close(&image);
}
END_TEST

/* CPU time of this process, in nanoseconds: what else the machine does makes no difference to it.
 */
static uint64_t used_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* What it costs to look once at each byte of the longest image. */
static uint64_t look_ns(void)
{
    static volatile uint8_t longest[IMAGE_MAX];
    const uint64_t began = used_ns();

    for (size_t i = 0; i < sizeof(longest); i++)
        longest[i]++;
    return used_ns() - began;
}

static long peak_kilobytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Each in a process of its own, as all tests are, so that the peak is its own. */
START_TEST(costs_little)
{
    const struct bomb *bomb = &bombs[_i];
    const uint64_t look = look_ns();
    struct image image;
    struct error error;
    char name[32];
    uint64_t offset, began, cost;
    long peak;
    int result;

    bomb->arm(&guest);
    peak = peak_kilobytes();
    began = used_ns();
    result = image_parse(&image, "t", guest.bytes, guest.length, &error);
    for (int i = 0; i < 10 && result == 0; i++)
        image_symbol(&image, ABI_BASE + 1, name, sizeof(name), &offset);
    cost = used_ns() - began;
    peak = peak_kilobytes() - peak;
    ck_assert_msg((result == 0) == !bomb->says, "%s: %s", bomb->name,
                  result < 0 ? error.text : "taken");
    if (bomb->says)
        ck_assert_msg(error.status == STATUS_DATA && strstr(error.text, bomb->says),
                      "%s: \"%s\" does not say \"%s\"", bomb->name, error.text, bomb->says);
    ck_assert_msg(cost < 50 * look, "%s: %llu us; each byte once is %llu us", bomb->name,
                  (unsigned long long)cost / 1000, (unsigned long long)look / 1000);
    ck_assert_msg(peak < 8 * 1024, "%s: %ld KiB", bomb->name, peak);
    if (result == 0)
        image_close(&image);
}
END_TEST

Suite *suite_image(void)
{
    Suite *suite = suite_create("image");
    TCase *tests = tcase_create("image");

    tcase_add_checked_fixture(tests, copy_guest, free_guest);
    tcase_add_test(tests, takes_the_guest);
    tcase_add_test(tests, takes_what_is_in_order);
    tcase_add_loop_test(tests, refuses, 0, sizeof(broken) / sizeof(broken[0]));
    tcase_add_loop_test(tests, costs_little, 0, (int)bomb_count);
    suite_add_tcase(suite, tests);
    return suite;
}
