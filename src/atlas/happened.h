/* What happened to a row of the atlas, from its last sample and the rates that were counted. */
#ifndef ATLAS_HAPPENED_H
#define ATLAS_HAPPENED_H

#include "atlas/atlas.h"
#include "atlas/sample.h"

/* Fills in what happened, by what, and whether an instruction answered what it should, from the
 * rates in *result, the probe as its last sample has left it, and that sample; fresh: each sample
 * is the first of a VM. */
void happened_judge(struct atlas_result *result, const struct atlas_probe *probe,
                    const struct sample *sample, bool fresh);

#endif
