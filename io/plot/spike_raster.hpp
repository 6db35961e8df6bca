#pragma once

#include "io/plot/drawing.hpp"
#include "io/plot/spike_grid.hpp"

namespace syncopate {

/// Spikes in a box: neurons downwards, ticks to the right.

/// A stroke for each cell with spikes, in another colour where one of them is negative. For grids whose cells are
/// single neurons and ticks.
void draw_spike_marks(Drawing& drawing, const Box& box, const SpikeGrid& grid);

/// Grey levels from no spike, which is white, to the densest cell, which is black; returns that cell's spikes per
/// neuron and tick.
double draw_spike_densities(Drawing& drawing, const Box& box, const SpikeGrid& grid);

}  // namespace syncopate
