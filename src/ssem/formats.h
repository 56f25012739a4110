/* The formats of SSEM programs: one table of what each is called, who reads and who writes it. */
#ifndef SSEM_FORMATS_H
#define SSEM_FORMATS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/choice.h"
#include "guest/abi.h"
#include "ssem/diagnostics.h"

struct format {
    const char *name; /* as users write it */
    bool has_origin;  /* source->origin means something */
    bool has_state;   /* also keeps A and CI */
    /* Whether the content is of this format; the table's first that says so reads it. NULL where
     * another row recognises what this one writes. */
    bool (*recognise)(const struct source *source);
    /* Reads into m, which is all zero. Adds to d what is wrong; m is undefined then. NULL for what
     * is only written. */
    void (*read)(struct baby *m, const struct source *source, struct diagnostics *d);
    /* Writes what read gives back and recognise recognises. Errors stay with the stream. NULL for
     * what is only read. */
    void (*write)(FILE *out, const struct baby *m);
};

/* In the order in which they are tried; name is NULL at the end. */
extern const struct format formats_table[];

/* Their names and what they are, for help. */
extern const struct choice formats_choices[];

/* The format of that name, or NULL. */
const struct format *formats_find(const char *name);

/* Reads the source as that format or, where it is NULL, as the one that its content shows. m need
 * not be cleared. Adds to warnings, which may be NULL. On error returns -errno with text and status
 * and leaves m undefined. */
int formats_read(struct baby *m, const struct format *format, const struct source *source,
                 struct warnings *warnings, struct error *error);

#endif
