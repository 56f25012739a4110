/* The programs of a space, one by one: by the choices of a template, or in tree normal form. */
#include "pool/space.h"

#include <string.h>

#include "guest/word.h"
#include "pool/decider.h"

#define WORDS     256 /* pure instruction words, zero included */
#define UNIT      4096
#define ALL_LINES UINT32_MAX

static uint32_t pure_word(unsigned choice)
{
    return word_make((enum word_function)(choice / WORD_LINES), choice % WORD_LINES);
}

/* A branch of the tree. */
struct tree {
    const struct space *space;
    const struct space_unit *unit; /* whose choices are made; NULL for all */
    uint64_t limit;
    space_visit *visit;
    void *context;
    struct error *error;
    uint32_t store[ABI_LINES]; /* what the program began with */
    /* Of space_units(): */
    int (*add)(void *context, const struct space_unit *unit, struct error *error);
    struct space_unit made;
};

static int descend(struct tree *tree, const struct walk *from, unsigned used, unsigned depth);

/* Each value of the line that is looked at. */
static int branch(struct tree *tree, const struct walk *from, unsigned line, unsigned used,
                  unsigned depth)
{
    const bool given = tree->unit && depth < tree->unit->depth;
    int result = 0;

    for (unsigned choice = 0; choice < WORDS && result == 0; choice++) {
        struct walk walk = *from;

        if (given && choice != tree->unit->choices[depth])
            continue;
        if (depth < SPACE_DEPTH)
            tree->made.choices[depth] = (uint8_t)choice;
        walk.store[line] = tree->store[line] = pure_word(choice);
        walk.known |= 1u << line;
        result = descend(tree, &walk, used + (choice != 0), depth + 1);
    }
    tree->store[line] = 0;
    return result;
}

/* Whether a line without a value can be looked at later, as far as a decider can see. */
static bool will_look(const struct walk *walk, unsigned *line)
{
    struct invariant invariant;

    return walk->known != ALL_LINES && decider_walked(walk, &invariant, line) == INVARIANT_LOOKS;
}

static int descend(struct tree *tree, const struct walk *from, unsigned used, unsigned depth)
{
    struct walk walk = *from;
    unsigned line;
    enum walk_end end;

    if (tree->add && depth == SPACE_DEPTH) {
        tree->made.depth = SPACE_DEPTH;
        return tree->add(tree->context, &tree->made, tree->error);
    }
    if (used == tree->space->lines)
        walk.known = ALL_LINES;
    end = walk_on(&walk, tree->limit, &line);
    if (end == WALK_LOOKS || (end == WALK_OPEN && will_look(&walk, &line)))
        return branch(tree, &walk, line, used, depth);
    if (!tree->add)
        return tree->visit(tree->context, end, &walk, tree->store, tree->error);
    tree->made.depth = (uint8_t)depth;
    return tree->add(tree->context, &tree->made, tree->error);
}

int space_units(const struct space *space, uint64_t limit,
                int (*add)(void *context, const struct space_unit *unit, struct error *error),
                void *context, struct error *error)
{
    struct tree tree = {
        .space = space, .limit = limit, .context = context, .add = add, .error = error};
    const struct walk nothing = {0};
    int result = 0;

    if (space->lines)
        return descend(&tree, &nothing, 0, 0);
    for (uint64_t first = 0; first < space->count && result == 0; first += UNIT) {
        const uint64_t left = space->count - first;
        const struct space_unit unit = {.first = first,
                                        .count = left < UNIT ? (uint32_t)left : UNIT};

        result = add(context, &unit, error);
    }
    return result;
}

/* The program of that number: its lines are the digits, the last line's is the lowest. */
static void make_program(const struct space *space, uint64_t number, uint32_t store[ABI_LINES])
{
    for (unsigned line = ABI_LINES; line-- > 0;) {
        store[line] = space->words[space->first[line] + number % space->choices[line]];
        number /= space->choices[line];
    }
}

int space_walk(const struct space *space, const struct space_unit *unit, uint64_t limit,
               space_visit *visit, void *context, struct error *error)
{
    struct tree tree = {.space = space,
                        .unit = unit,
                        .limit = limit,
                        .visit = visit,
                        .context = context,
                        .error = error};
    struct walk walk = {0};
    unsigned line;
    int result = 0;

    if (space->lines)
        return descend(&tree, &walk, 0, 0);
    for (uint32_t i = 0; i < unit->count && result == 0; i++) {
        enum walk_end end;

        make_program(space, unit->first + i, tree.store);
        walk = (struct walk){.known = ALL_LINES};
        memcpy(walk.store, tree.store, sizeof(walk.store));
        end = walk_on(&walk, limit, &line);
        result = visit(context, end, &walk, tree.store, error);
    }
    return result;
}
