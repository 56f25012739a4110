/* What the guest writes to the debug port when a PVH loader has booted it, read as hostile input.
 */
#ifndef MEASURE_QEMU_REPORT_H
#define MEASURE_QEMU_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/child.h"
#include "base/error.h"
#include "guest/abi.h"

#define QEMU_REPORT_MAX CHILD_TEXT_MAX /* no report is as long */

/* Reads length bytes of text, which need not end with NUL: a line that says that it begins runs
 * runs of the job, then the result. Every byte must be as guest/pvh.c writes it, and the result
 * passes transport_check(). Returns 0 and fills *result, counters cleared, or -EPROTO with text and
 * status 80, and *result is undefined. */
int qemu_report(const char *text, size_t length, const struct abi_job *job, uint64_t runs,
                struct abi_result *result, struct error *error);

#endif
