/* The formats of SSEM programs: one table of what each is called, who reads and who writes it. */
#include "ssem/formats.h"

#include <errno.h>
#include <string.h>

#include "ssem/assembler.h"
#include "ssem/bits.h"
#include "ssem/decimal.h"
#include "ssem/disassembler.h"
#include "ssem/drawing.h"
#include "ssem/emustudio.h"
#include "ssem/lexer.h"
#include "ssem/listing.h"
#include "ssem/logisim.h"
#include "ssem/simh.h"
#include "ssem/state_json.h"
#include "ssem/svg.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define DOS_END         '\x1a'

/* Whether the first line that is neither blank, comment nor count is a number, a colon and a bit.
 */
static bool recognise_snapshot(const struct source *source)
{
    struct source_line line = {0};
    bool may_be_count = true;

    while (source_next(source, &line)) {
        struct lexer lexer = {.line = &line};
        struct token first = lexer_next(&lexer), second = lexer_next(&lexer),
                     third = lexer_next(&lexer);

        if (first.kind == TOKEN_END)
            continue;
        if (first.kind == TOKEN_NUMBER && second.kind == TOKEN_COLON)
            return lexer_is_binary(&third);
        if (!may_be_count || first.kind != TOKEN_NUMBER || second.kind != TOKEN_END)
            return false;
        may_be_count = false;
    }
    return false;
}

/* Anything that is text may be meant as assembly. */
static bool recognise_text(const struct source *source)
{
    for (size_t i = 0; i < source->length; i++) {
        unsigned char c = (unsigned char)source->text[i];

        if ((c < ' ' && !(c >= '\t' && c <= '\r')) || c == 0x7f)
            return false;
    }
    return true;
}

/* clang-format off */

/* A row: name, help, whether it has an origin, a state; recognise, read, write. */
#define FORMATS(X)                                                                                 \
    X("bits", "lines of 32 characters 0 or 1, least significant first (.bys)",                     \
      false, false, bits_recognise, bits_read, bits_write)                                         \
    X("bits-msb", "the same, most significant first (babyutils' bits, Verilog's $readmemb)",       \
      false, false, NULL, bits_read_msb, bits_write_msb)                                           \
    X("simh", "SIMH's binary file; keeps A and CI",                                                \
      false, true, simh_recognise, simh_read, simh_write)                                          \
    X("json", "an object with store, A and CI, also that of `run --json`; keeps A and CI",         \
      false, true, state_json_recognise, state_json_read, state_json_write)                        \
    X("state", "what `run --save` keeps: the count of instructions as well, and a check; keeps "   \
      "A and CI", false, true, NULL, state_json_read, state_json_write_checked)                    \
    X("svg", "a picture of the monitor tube; keeps A and CI",                                      \
      false, true, svg_recognise, svg_read, svg_write)                                             \
    X("text", "the monitor tube in Unicode characters; only written",                              \
      false, true, drawing_recognise, NULL, drawing_write)                                         \
    X("listing", "line, bits, instruction and value, as `run` prints them; keeps A and CI",        \
      false, true, listing_recognise, listing_read, listing_write)                                 \
    X("emustudio", "what emuStudio's automation leaves in ssem.out, with A and CI; only read",     \
      false, true, emustudio_recognise, emustudio_read, NULL)                                      \
    X("logisim", "Logisim's image of a memory, v2.0 raw",                                          \
      false, false, logisim_recognise, logisim_read, logisim_write)                                \
    X("decimal", "a signed number a line (.mb, .byi)",                                             \
      false, false, decimal_recognise, decimal_read, decimal_write)                                \
    X("snp", "a snapshot: the count of lines, then each as 0001: and 32 bits; "                    \
      "Sharp's simulator and MAME",                                                                \
      false, false, recognise_snapshot, assembler_read_bits, bits_write_snapshot)                  \
    X("snp-plain", "a snapshot without the count, 0001: and a blank and 32 bits; pfaivre's "       \
      "simulators, babyutils' bsim",                                                               \
      false, false, NULL, assembler_read_bits, bits_write_plain_snapshot)                          \
    X("asm", "assembly, in all dialects; written for Sharp's simulator, MAME and emuStudio",       \
      true, false, recognise_text, assembler_read, disassembler_write_asm)                         \
    X("ssem", "assembly as 01: LDN 24, for NevynUK's emulators; emuStudio's .ssem files are asm",  \
      true, false, NULL, assembler_read, disassembler_write_ssem)

/* clang-format on */

const struct format formats_table[] = {
#define X(name, help, origin, state, recognise, read, write)                                       \
    {name, origin, state, recognise, read, write},
    FORMATS(X)
#undef X
        {0},
};

const struct choice formats_choices[] = {
#define X(name, help, origin, state, recognise, read, write) {name, help},
    FORMATS(X)
#undef X
        {0},
};

const struct format *formats_find(const char *name)
{
    for (const struct format *format = formats_table; format->name; format++)
        if (strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

static const struct format *recognise(const struct source *source)
{
    for (const struct format *format = formats_table; format->name; format++)
        if (format->recognise && format->recognise(source))
            return format;
    return NULL;
}

/* Whether it begins with a byte order mark of UTF-16. */
static bool is_utf16(const struct source *source)
{
    return source->length >= 2 &&
           (memcmp(source->text, "\xff\xfe", 2) == 0 || memcmp(source->text, "\xfe\xff", 2) == 0);
}

/* Takes away what editors put around a text: a byte order mark, and the end mark of DOS. */
static struct source unwrapped(const struct source *source)
{
    struct source inside = *source;
    size_t mark = strlen(BYTE_ORDER_MARK);

    if (inside.length >= mark && memcmp(inside.text, BYTE_ORDER_MARK, mark) == 0) {
        inside.text += mark;
        inside.length -= mark;
    }
    if (inside.length && inside.text[inside.length - 1] == DOS_END)
        inside.length--;
    return inside;
}

int formats_read(struct baby *m, const struct format *format, const struct source *source,
                 struct warnings *warnings, struct error *error)
{
    struct diagnostics d = {.error = error, .warnings = warnings, .name = source->name};
    struct source inside = *source;

    memset(m, 0, sizeof(*m));
    inside.named = format;
    if (format ? format->read != simh_read : !simh_recognise(source))
        inside = unwrapped(&inside);
    if (!format)
        format = recognise(&inside);
    if (!format)
        return error_set(error, STATUS_DATA, EINVAL, "%s: not an SSEM program: %s", source->name,
                         is_utf16(source) ? "text in UTF-16, which must be saved as UTF-8"
                                          : "neither text nor a SIMH file");
    if (!format->read)
        return error_set(error, STATUS_DATA, EINVAL,
                         "%s: %s cannot be read, only written; simh, json and listing also keep A "
                         "and CI",
                         source->name, format->name);
    if (inside.origin >= 0 && !format->has_origin)
        return error_set(error, STATUS_USAGE, EINVAL,
                         "%s: read as %s, which already gives every line a place, so --origin "
                         "does not apply",
                         source->name, format->name);
    format->read(m, &inside, &d);
    return diagnostics_result(&d);
}
