/* What came of the attempts on the sandbox, as a table or as JSON. */
#include "report/attempts.h"

#include <jansson.h>

#include "report/json.h"

static const struct {
    const char *text, *json;
} verdicts[] = {
    [ATTEMPT_HOLDS] = {"holds", "holds"},
    [ATTEMPT_UNKNOWN] = {"unknown", "unknown"},
    [ATTEMPT_ABSENT] = {"not here", "absent"},
    [ATTEMPT_BROKEN] = {"BROKEN", "broken"},
};

bool attempts_hold(const struct attempt_result *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].verdict == ATTEMPT_BROKEN)
            return false;
    return true;
}

void attempts_text(FILE *out, const struct attempt_result *list, size_t count)
{
    fprintf(out, "%-12s %-32s %-11s %-11s %s\n", "layer", "attempt", "without", "with", "verdict");
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%-12s %-32s %-11s %-11s %s\n", sandbox_layer_names[list[i].layer],
                list[i].act, list[i].without, list[i].with, verdicts[list[i].verdict].text);
    fprintf(out, "\n%s%s\n",
            attempts_hold(list, count) ? "Every layer that this host has holds."
                                       : "The sandbox does not hold here.",
            SANDBOX_INSTRUMENTED
                ? "\nBuilt with sanitizers or for coverage: commands enter the sandbox\n"
                  "with --sandbox=on only."
                : "");
}

int attempts_json(FILE *out, const struct attempt_result *list, size_t count, struct error *error)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "layer",
                                        sandbox_layer_names[list[i].layer], "attempt", list[i].act,
                                        "without", list[i].without, "with", list[i].with, "verdict",
                                        verdicts[list[i].verdict].json));
    return json_print(out,
                      json_pack("{s:s, s:b, s:b, s:o}", "schema", "babyvisor/sandbox/2", "holds",
                                attempts_hold(list, count), "sanitizers", SANDBOX_INSTRUMENTED,
                                "attempts", rows),
                      error);
}
