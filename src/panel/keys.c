/* The keys of the panel: one list for what they do, the help and the tests. */
#include "panel/keys.h"

#define KEYS_EACH 3

static const int keys[ACTION_COUNT][KEYS_EACH] = {
#define X(id, first, second, third, shown, help) [ACTION_##id] = {first, second, third},
    KEYS_LIST(X)
#undef X
};

const struct keys_help keys_help[ACTION_COUNT] = {
#define X(id, first, second, third, shown, help) [ACTION_##id] = {shown, help},
    KEYS_LIST(X)
#undef X
};

enum action keys_action(int key)
{
    for (int action = ACTION_NONE + 1; action < ACTION_COUNT && key; action++)
        for (int i = 0; i < KEYS_EACH; i++)
            if (keys[action][i] == key)
                return (enum action)action;
    return ACTION_NONE;
}
