#include "io/plot/escape.hpp"
#include "io/plot/number_label.hpp"
#include "io/report/raster_pair.hpp"
#include "io/report/sections.hpp"

namespace syncopate::report {

void add_rasters(Page& page, const StudyView& view) {
    page.section("rasters", "Spikes before and after");
    if (view.result().rasters.empty()) return page.paragraph("Left out: no neurons were chosen to be drawn.");
    for (const StudyRaster& raster : view.result().rasters) {
        const std::string arm = view.label(raster.arm);
        page.figure(
            raster_pair(raster, arm),
            "Spikes of " + std::to_string(raster.neurons.size()) + " neurons of <code>" + escaped(raster.layer) +
                "</code> at T = " + std::to_string(raster.T) + " for sample " + grouped_digits(raster.sample) +
                ": in the baseline (left) and in <code>" + escaped(arm) +
                "</code> (right). Rows are neurons, by their number in C·H·W order; columns are ticks of the "
                "layer's own window, from 0. At the right of each row, where there is room: its number of spikes.");
    }
}

}  // namespace syncopate::report
