/* Where a figure comes from: which program, machine, kernel, when, and by which command line. */
#include "report/origin.h"

#include <cpuid.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/error.h"
#include "vmm/kvm.h"

#define MICROCODE "/sys/devices/system/cpu/cpu0/microcode/version"
#define CPUINFO   "/proc/cpuinfo"
#define PIECES    32 /* of its lines that are looked at: microcode comes early */
#define ARGUMENTS 64 /* the rest of a longer command line is left out */

static struct {
    const char *version;
    const char *arguments[ARGUMENTS];
    int count;
    char cpu[49];
    char kernel[200];
    char microcode[24];
    char date[32];
} origin;

/* The processor brand string: SDM vol. 2, CPUID, leaves 0x80000002 to 0x80000004. */
static void read_cpu(void)
{
    uint32_t words[12] = {0};
    char raw[sizeof(words) + 1];

    for (unsigned i = 0; i < 3; i++)
        if (!__get_cpuid(0x80000002 + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2],
                         &words[4 * i + 3]))
            return;
    memcpy(raw, words, sizeof(words));
    raw[sizeof(words)] = '\0';
    error_escape(origin.cpu, sizeof(origin.cpu), raw + strspn(raw, " "),
                 strlen(raw + strspn(raw, " ")));
}

/* Reads the version out of a file that has it alone or, with a key in front, in one of its lines.
 */
static void read_microcode(const char *path, const char *format)
{
    FILE *file = fopen(path, "re");
    char line[128];

    if (!file)
        return;
    for (int i = 0; i < PIECES && !origin.microcode[0] && fgets(line, sizeof(line), file); i++)
        if (sscanf(line, format, origin.microcode) != 1)
            origin.microcode[0] = '\0';
    fclose(file);
}

void origin_command(int argc, char *const *argv)
{
    for (origin.count = 0; origin.count < argc && origin.count < ARGUMENTS; origin.count++)
        origin.arguments[origin.count] = argv[origin.count];
}

void origin_begin(const char *version)
{
    const time_t now = time(NULL);
    struct utsname name;
    struct tm date;

    origin.version = version;
    read_cpu();
    read_microcode(MICROCODE, "%23s");
    if (!origin.microcode[0])
        read_microcode(CPUINFO, "microcode : %23s");
    if (uname(&name) == 0)
        snprintf(origin.kernel, sizeof(origin.kernel), "%s %s", name.sysname, name.release);
    if (gmtime_r(&now, &date))
        strftime(origin.date, sizeof(origin.date), "%Y-%m-%dT%H:%M:%SZ", &date);
    kvm_kind();
}

static void add(json_t *object, const char *key, const char *text)
{
    if (text[0])
        json_object_set_new(object, key, json_string(text));
}

json_t *origin_object(void)
{
    json_t *object = origin.version ? json_object() : NULL;
    json_t *command = object ? json_array() : NULL;

    for (int i = 0; object && i < origin.count; i++) {
        char shown[256];

        json_array_append_new(command,
                              json_string(error_escape(shown, sizeof(shown), origin.arguments[i],
                                                       strlen(origin.arguments[i]))));
    }
    if (!object)
        return NULL;
    add(object, "version", origin.version);
    add(object, "host", kvm_kind_name(kvm_kind()));
    add(object, "cpu", origin.cpu);
    add(object, "kernel", origin.kernel);
    add(object, "microcode", origin.microcode);
    add(object, "date", origin.date);
    json_object_set_new(object, "command", command);
    return object;
}
