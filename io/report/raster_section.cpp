#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/number_text.hpp"
#include "io/report/raster_multiples.hpp"
#include "io/report/sections.hpp"

namespace syncopate::report {

void add_rasters(Page& page, const StudyView& view) {
    page.section("rasters", "Spikes in each arm");
    const std::vector<StudyRaster>& rasters = view.result().rasters;
    if (rasters.empty()) return page.paragraph("Left out: no neurons were chosen to be drawn.");
    const StudyRaster& first = rasters.front();
    page.figure(raster_multiples(rasters, [&](std::size_t arm) { return view.label(arm); }),
                "Spikes of " + counted(std::ssize(first.neurons), "neuron") + " of <code>" + escaped(first.layer) +
                    "</code> at T = " + std::to_string(first.T) + " for sample " + grouped_digits(first.sample) +
                    ", in the baseline and in each arm that edits this layer. Rows are neurons, by their number in "
                    "C·H·W order, the same in every panel; columns are ticks of the layer's own window, from 0. At the "
                    "right of each row, where there is room: its number of spikes.");
}

}  // namespace syncopate::report
