/* Words as 32 characters 0 or 1, bit 0 first: the lecture's format, and snapshots. */
#ifndef SSEM_BITS_H
#define SSEM_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "guest/abi.h"
#include "ssem/diagnostics.h"
#include "ssem/lexer.h"

/* Whether the first line that is neither blank nor a comment begins with more 0 and 1 than a
 * number has digits. An empty text counts: bits_read() says best what is wrong with it. */
bool bits_recognise(const struct source *source);

/* Reads up to 32 words, a line each, into m, which must be all zero. Blank lines and comments are
 * skipped. Adds to d what is wrong, and, unless the source's format was named, that the bits look
 * as if the most significant came first: read in that order more words are instructions. */
void bits_read(struct baby *m, const struct source *source, struct diagnostics *d);

/* The same with the most significant bit first, which is how babyutils (libbaby/writer.c, "bits")
 * and Verilog's $readmemb write words. */
void bits_read_msb(struct baby *m, const struct source *source, struct diagnostics *d);

/* Reads the token, whatever its kind, as 32 bits, bit 0 first. Otherwise adds to d, which may be
 * NULL, what is wrong, and returns false with *word as it was. */
bool bits_parse(const struct source_line *line, const struct token *token, uint32_t *word,
                struct diagnostics *d);

/* Write the store: 32 lines. */
void bits_write(FILE *out, const struct baby *m);
void bits_write_msb(FILE *out, const struct baby *m);

/* The same as a snapshot, in the form of Sharp's simulator and MAME: the count of lines, then each
 * line's number in four digits, a colon and its bits. Lines end with CR LF, since MAME 0.251
 * drops the character after a CR or LF, whatever it is (read_line() of its driver ssem.cpp). */
void bits_write_snapshot(FILE *out, const struct baby *m);

/* The same for programs that want no count but a blank after the colon: pfaivre's simulators
 * (assembler.py, "^\d+: [01]+$"; store.rs) and bsim of babyutils (libbaby/loader.c). */
void bits_write_plain_snapshot(FILE *out, const struct baby *m);

/* Writes the word as 32 characters, bit 0 first, and a NUL into out. */
void bits_text(uint32_t word, char out[33]);

#endif
