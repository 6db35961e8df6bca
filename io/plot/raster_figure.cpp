#include "io/plot/raster_figure.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "io/plot/number_label.hpp"
#include "io/plot/panel.hpp"
#include "io/plot/run_line.hpp"
#include "io/plot/spike_raster.hpp"
#include "io/plot/text_width.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace syncopate {

namespace {

constexpr double margin = 18.0;
constexpr double top = 62.0;     // room for the titles
constexpr double bottom = 48.0;  // room for the axis
constexpr double gap = 9.0;      // between two blocks
constexpr double most_block = 96.0;
constexpr double least_block = 22.0;
constexpr double most_sheet = 1300.0;  // blocks shrink before the sheet grows beyond
constexpr std::size_t most_layers = 256;
constexpr std::int64_t most_columns = 1040;
constexpr std::int64_t most_named = 12;     // samples that a message lists
constexpr std::int64_t most_marks = 20000;  // of a layer; more would only swell the file

/// Thrown through the reader when the sample is complete: the rest of the file is of no interest.
struct SampleComplete {};

/// Counts the spikes of the chosen sample in grids.
class SampleGrids : public RasterSink {
public:
    SampleGrids(std::string file, RasterFigureOptions options) : file_(std::move(file)), options_(std::move(options)) {}

    void header(const RasterHeader& header) override {
        header_ = header;
        shown_.assign(header.layers.size(), options_.layers.empty());
        for (const std::string& name : options_.layers) shown_[find_layer(header, name, file_)] = true;
        const auto count = to_size(std::ranges::count(shown_, true));
        if (count == 0) throw Error(file_ + ": no layer is recorded, so there is nothing to draw");
        if (count > most_layers)
            throw Error(file_ + ": " + std::to_string(count) + " layers do not fit on a picture; select up to 256");
        const double sheet = options_.height.value_or(most_sheet);
        const double room = (sheet - top - bottom) / static_cast<double>(count) - gap;
        block_ = options_.height ? std::max(room, least_block) : std::clamp(room, least_block, most_block);
        for (std::size_t layer = 0; layer < header.layers.size(); ++layer) add_grid(layer);
    }
    void begin_sample(const RasterSampleInfo& known) override {
        is_chosen_ = !options_.sample || known.index < 0 || known.index == *options_.sample;
        for (SpikeGrid& grid : grids_) grid.clear();
    }
    bool wants(std::size_t layer) override { return is_chosen_ && shown_[layer]; }
    void spikes(std::size_t layer, const SpikeTrain& spikes) override { grids_[layer].add(neurons_[layer].of(spikes)); }
    void counts(std::size_t layer, std::span<const std::int32_t>) override {
        throw Error(file_ + ": layer \"" + header_.layers[layer].name +
                    "\" is recorded as counts, which have no times; record events or a bitset, or select other layers");
    }
    void end_sample(const RasterSampleInfo& info) override {
        if (options_.sample && info.index != *options_.sample) {
            if (++passed_ <= most_named) indices_ += (passed_ == 1 ? "" : ", ") + std::to_string(info.index);
            return;
        }
        info_ = info;
        throw SampleComplete{};
    }

    /// Why the file ended before a sample was complete.
    [[noreturn]] void fail_without_sample() const {
        if (passed_ == 0) throw Error(file_ + ": holds no sample, so there is nothing to draw");
        throw Error(file_ + ": sample " + std::to_string(*options_.sample) + " is not recorded; there " +
                    (passed_ == 1 ? "is " : "are ") + indices_ +
                    (passed_ > most_named ? " and " + std::to_string(passed_ - most_named) + " more" : ""));
    }

    const RasterHeader& raster() const { return header_; }
    const RasterSampleInfo& info() const { return info_; }
    double block() const { return block_; }
    /// Positions of the layers on the picture, from top to bottom.
    std::vector<std::size_t> layers() const {
        std::vector<std::size_t> positions;
        for (std::size_t l = 0; l < shown_.size(); ++l) {
            if (shown_[l]) positions.push_back(l);
        }
        return positions;
    }
    const SpikeGrid& grid(std::size_t layer) const { return grids_[layer]; }
    const ChosenNeurons& neurons(std::size_t layer) const { return neurons_[layer]; }
    /// Those of the layer that are drawn.
    NumberRange ticks(std::size_t layer) const {
        const TickRange recorded = header_.recorded();
        const std::int64_t offset = header_.layers[layer].offset;
        const NumberRange all{offset + recorded.begin, offset + recorded.end};
        const std::optional<NumberRange>& chosen = options_.selection.ticks;
        if (!chosen) return all;
        return {std::max(all.first, chosen->first), std::min(all.end, chosen->end)};
    }
    const RasterFigureOptions& options() const { return options_; }

private:
    void add_grid(std::size_t l) {
        const RasterLayer& layer = header_.layers[l];
        const std::string where = file_ + ": layer \"" + layer.name + "\"";
        const NumberRange own = ticks(l);
        // What is not drawn is chosen from like what is, but may have nothing.
        const PictureSelection& selection = shown_[l] ? options_.selection : PictureSelection{};
        neurons_.emplace_back(layer.shape, selection, where);
        if (shown_[l] && own.end <= own.first) {
            throw Error(where + ": none of its ticks is chosen; it has those from " + std::to_string(layer.offset) +
                        " on; choose others with --ticks, or other layers with --layers");
        }
        const auto rows =
            static_cast<std::int64_t>(block_);  // two neurons a point can be told apart, grey levels cannot
        const std::int64_t count = neurons_.back().count();
        grids_.emplace_back(SpikeGrid::Extents{count, own.first, std::max(own.end, own.first + 1),
                                               count <= 2 * rows ? 2 * rows : rows, most_columns});
    }

    std::string file_;
    RasterFigureOptions options_;
    RasterHeader header_;
    RasterSampleInfo info_;
    std::vector<bool> shown_;
    std::vector<ChosenNeurons> neurons_;
    std::vector<SpikeGrid> grids_;
    double block_ = most_block;
    bool is_chosen_ = true;
    std::int64_t passed_ = 0;  // samples that are not the chosen one
    std::string indices_;      // of the first of these
};

std::string title(const RasterSampleInfo& info, std::int32_t T) {
    std::string text = "sample " + std::to_string(info.index);
    if (info.label) text += "  ·  label " + std::to_string(*info.label);
    if (info.prediction) text += "  ·  prediction " + std::to_string(*info.prediction);
    return text + "  ·  T = " + std::to_string(T);
}

/// Where the parts of the picture are, and how they are drawn.
class RasterDrawing {
public:
    explicit RasterDrawing(std::shared_ptr<const SampleGrids> sink)
        : sink_(std::move(sink)), layers_(sink_->layers()), heights_(block_heights()), width_(sink_->options().width) {
        double label_width = 60.0;
        std::int64_t begin = std::numeric_limits<std::int64_t>::max();
        std::int64_t end = 0;
        for (const std::size_t layer : layers_) {
            label_width = std::max(label_width, text_width(name(layer), name_size) + 8.0);
            label_width = std::max(label_width, text_width(neurons(layer), small_size) + 8.0);
            begin = std::min(begin, sink_->ticks(layer).first);
            end = std::max(end, sink_->ticks(layer).end);
        }
        left_ = margin + std::min(label_width, 190.0);
        axis_ = tick_axis("tick", begin, end, 10);
    }

    Figure figure() const {
        double height = top + bottom;
        for (const double block : heights_) height += block + gap;
        return {.description = "Spikes of each layer, " + title(sink_->info(), sink_->raster().run.T),
                .width = width_,
                .height = height,
                .draw = [self = *this](Drawing& drawing) { self.draw(drawing); }};
    }

private:
    static constexpr double rate_width = 74.0;
    static constexpr double name_size = 10.0;
    static constexpr double small_size = 8.0;

    const RasterLayer& layer_of(std::size_t layer) const { return sink_->raster().layers[layer]; }
    const std::string& name(std::size_t layer) const { return layer_of(layer).name; }
    std::string neurons(std::size_t layer) const {
        const std::int64_t count = sink_->neurons(layer).count();
        const std::int64_t all = layer_of(layer).shape.size();
        const std::int64_t a_row = (count + sink_->grid(layer).rows() - 1) / sink_->grid(layer).rows();
        return grouped_digits(count) + (count < all ? " of " + grouped_digits(all) : "") +
               (all == 1 ? " neuron" : " neurons") + (a_row > 1 ? ", " + grouped_digits(a_row) + " a row" : "");
    }
    std::vector<double> block_heights() const {
        std::vector<double> heights;
        for (const std::size_t layer : layers_) {
            const auto count = static_cast<double>(sink_->neurons(layer).count());
            const bool fills = sink_->options().height.has_value();
            heights.push_back(fills ? sink_->block() : std::clamp(count * 3.5, least_block, sink_->block()));
        }
        return heights;
    }

    void draw(Drawing& drawing) const {
        draw_titles(drawing);
        const Box area = {left_, top, width_ - margin - rate_width - left_, 0.0};
        double y = top;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto [begin, end] = sink_->ticks(layers_[l]);
            const double from = area.width * axis_.share(static_cast<double>(begin) - 0.5);
            const double to = area.width * axis_.share(static_cast<double>(end) - 0.5);
            draw_layer(drawing, layers_[l], {left_ + from, y, to - from, heights_[l]});
            y += heights_[l] + gap;
        }
        const Axis rows;
        Panel(drawing, {area.x, y - gap + 5.0, area.width, 0.0}, axis_, rows).draw_x_axis(true);
    }

    void draw_titles(Drawing& drawing) const {
        const RasterHeader& header = sink_->raster();
        drawing.text({margin, 24.0}, title(sink_->info(), header.run.T), {.size = 12.0, .is_bold = true});
        drawing.text({margin, 39.0}, fitted(run_line(header.run), small_size, width_ - 2.0 * margin), small);
        const std::int64_t ticks_recorded = header.recorded().end - header.recorded().begin;
        const std::int64_t a_column = (ticks_recorded + most_columns - 1) / most_columns;
        const std::string columns = a_column > 1 ? "a column is " + grouped_digits(a_column) + " ticks  ·  " : "";
        drawing.text({width_ - margin, 54.0}, columns + "spikes per neuron and tick", small_right);
    }

    void draw_layer(Drawing& drawing, std::size_t layer, const Box& box) const {
        const SpikeGrid& grid = sink_->grid(layer);
        drawing.begin_titled(name(layer) + ": " + neurons(layer) + ", " + significant(grid.mean()) +
                             " spikes per neuron and tick");
        draw_names(drawing, layer, box);
        const double middle = box.y + box.height / 2.0;
        const double right = width_ - margin;
        const bool is_exact = grid.is_exact() && grid.spikes() <= most_marks;
        drawing.text({right, middle + (is_exact ? 3.0 : -1.0)}, significant(grid.mean()),
                     {.size = 9.0, .anchor = Lettering::Anchor::end});
        if (is_exact) {
            draw_spike_marks(drawing, box, grid);
        } else {
            const double densest = draw_spike_densities(drawing, box, grid);
            drawing.text({right, middle + 9.0}, densest > 0.0 ? "black = " + significant(densest) : "silent",
                         small_right);
        }
        drawing.outline(box, {.colour = palette::rule, .width = 0.5});
        drawing.end_titled();
    }

    /// The layer's name and size, and which end the first neuron is at.
    void draw_names(Drawing& drawing, std::size_t layer, const Box& box) const {
        const double middle = box.y + box.height / 2.0;
        drawing.text({left_ - 8.0, middle - 1.0}, fitted(name(layer), name_size, left_ - margin - 8.0),
                     {.size = name_size, .anchor = Lettering::Anchor::end});
        drawing.text({left_ - 8.0, middle + 9.0}, neurons(layer), small_right);
        if (box.height < 44.0) return;
        const Lettering tiny = {.size = 6.5, .colour = palette::grey, .anchor = Lettering::Anchor::end};
        drawing.text({left_ - 4.0, box.y + 5.0}, std::to_string(sink_->neurons(layer).first()), tiny);
        drawing.text({left_ - 4.0, box.y + box.height}, std::to_string(sink_->neurons(layer).last()), tiny);
    }

    static constexpr Lettering small = {.size = small_size, .colour = palette::grey};
    static constexpr Lettering small_right = {
        .size = small_size, .colour = palette::grey, .anchor = Lettering::Anchor::end};

    std::shared_ptr<const SampleGrids> sink_;
    std::vector<std::size_t> layers_;
    std::vector<double> heights_;
    double width_ = sheet_width;
    double left_ = 0.0;  // of the area where spikes are drawn
    Axis axis_;
};

}  // namespace

Figure raster_figure(const std::filesystem::path& raster, const RasterFigureOptions& options) {
    const auto sink = std::make_shared<SampleGrids>(raster.string(), options);
    try {
        read_raster(raster, *sink);
    } catch (const SampleComplete&) {
        return RasterDrawing(sink).figure();
    }
    sink->fail_without_sample();
}

}  // namespace syncopate
