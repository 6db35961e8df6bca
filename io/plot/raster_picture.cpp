#include "io/plot/raster_picture.hpp"

#include "core/error.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "io/plot/axis.hpp"
#include "io/plot/canvas.hpp"
#include "io/plot/spike_grid.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace syncopate {

namespace {

constexpr double sheet_width = 800.0;
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
class PictureSink : public RasterSink {
public:
    PictureSink(std::string file, const RasterPictureOptions& options) : file_(std::move(file)), options_(options) {}

    void header(const RasterHeader& header) override {
        header_ = header;
        shown_.assign(header.layers.size(), options_.layers.empty());
        for (const std::string& name : options_.layers) shown_[find_layer(header, name, file_)] = true;
        const auto count = static_cast<std::size_t>(std::ranges::count(shown_, true));
        if (count == 0) throw Error(file_ + ": no layer is recorded, so there is nothing to draw");
        if (count > most_layers)
            throw Error(file_ + ": " + std::to_string(count) + " layers do not fit on a picture; select up to 256");
        const double room = (most_sheet - top - bottom) / static_cast<double>(count) - gap;
        block_ = std::clamp(room, least_block, most_block);
        for (const RasterLayer& layer : header.layers) {
            const TickRange ticks = header.recorded();
            const auto rows =
                static_cast<std::int64_t>(block_);  // two neurons a point can be told apart, grey levels cannot
            const std::int64_t most_rows = layer.shape.size() <= 2 * rows ? 2 * rows : rows;
            grids_.emplace_back(SpikeGrid::Extents{layer.shape.size(), layer.offset + ticks.begin,
                                                   layer.offset + ticks.end, most_rows, most_columns});
        }
    }
    void begin_sample(const RasterSampleInfo& known) override {
        is_chosen_ = !options_.sample || known.index < 0 || known.index == *options_.sample;
        for (SpikeGrid& grid : grids_) grid.clear();
    }
    bool wants(std::size_t layer) override { return is_chosen_ && shown_[layer]; }
    void spikes(std::size_t layer, const SpikeTrain& spikes) override { grids_[layer].add(spikes); }
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

private:
    std::string file_;
    const RasterPictureOptions& options_;
    RasterHeader header_;
    RasterSampleInfo info_;
    std::vector<bool> shown_;
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

/// Puts the parts of the picture on a canvas.
class RasterDrawing {
public:
    RasterDrawing(const PictureSink& sink, const std::filesystem::path& picture)
        : sink_(sink),
          layers_(sink.layers()),
          heights_(block_heights()),
          canvas_(picture, sheet_width, sheet_height()) {
        double label_width = 60.0;
        for (const std::size_t layer : layers_) {
            label_width = std::max(label_width, canvas_.text_width(name(layer), name_style) + 8.0);
            label_width = std::max(label_width, canvas_.text_width(neurons(layer), small_style) + 8.0);
        }
        axis_.left = margin + std::min(label_width, 190.0);
        axis_.width = sheet_width - margin - rate_width - axis_.left;
        axis_.begin = std::numeric_limits<std::int64_t>::max();
        axis_.end = 0;
        for (const std::size_t layer : layers_) {
            axis_.begin = std::min(axis_.begin, ticks(layer).first);
            axis_.end = std::max(axis_.end, ticks(layer).second);
        }
    }

    void draw() {
        draw_titles();
        double y = top;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            draw_layer(layers_[l], y, heights_[l]);
            y += heights_[l] + gap;
        }
        axis_.draw(canvas_, y - gap + 5.0);
        canvas_.finish();
    }

private:
    static constexpr double rate_width = 74.0;
    static constexpr TextStyle name_style = {.size = 10.0};
    static constexpr TextStyle small_style = {.size = 8.0, .colour = palette::grey};

    const RasterLayer& layer_of(std::size_t layer) const { return sink_.raster().layers[layer]; }
    const std::string& name(std::size_t layer) const { return layer_of(layer).name; }
    std::string neurons(std::size_t layer) const {
        const std::int64_t count = layer_of(layer).shape.size();
        const std::int64_t a_row = (count + sink_.grid(layer).rows() - 1) / sink_.grid(layer).rows();
        return grouped_digits(count) + (count == 1 ? " neuron" : " neurons") +
               (a_row > 1 ? ", " + grouped_digits(a_row) + " a row" : "");
    }
    std::pair<std::int64_t, std::int64_t> ticks(std::size_t layer) const {
        const TickRange recorded = sink_.raster().recorded();
        return {layer_of(layer).offset + recorded.begin, layer_of(layer).offset + recorded.end};
    }

    std::vector<double> block_heights() const {
        std::vector<double> heights;
        for (const std::size_t layer : layers_) {
            const auto count = static_cast<double>(layer_of(layer).shape.size());
            heights.push_back(std::clamp(count * 3.5, least_block, sink_.block()));
        }
        return heights;
    }
    double sheet_height() const {
        double height = top + bottom;
        for (const double block : heights_) height += block + gap;
        return height;
    }

    void draw_titles() {
        const RasterHeader& header = sink_.raster();
        canvas_.text({margin, 24.0}, title(sink_.info(), header.run.T), {.size = 12.0, .is_bold = true});
        std::string line = header.run.network;
        if (!header.run.network_hash.empty())
            line += (line.empty() ? "" : "  ·  ") + header.run.network_hash.substr(0, 12);
        line += (line.empty() ? "" : "  ·  ") + header.run.rule + " rule  ·  seed " + std::to_string(header.run.seed);
        canvas_.text({margin, 39.0}, canvas_.fitted(line, sheet_width - 2.0 * margin, small_style), small_style);
        TextStyle style = small_style;
        style.align = TextStyle::Align::right;
        const std::int64_t ticks_recorded = header.recorded().end - header.recorded().begin;
        const std::int64_t a_column = (ticks_recorded + most_columns - 1) / most_columns;
        const std::string columns = a_column > 1 ? "a column is " + grouped_digits(a_column) + " ticks  ·  " : "";
        canvas_.text({sheet_width - margin, 54.0}, columns + "spikes per neuron and tick", style);
    }

    void draw_layer(std::size_t layer, double y, double height) {
        const SpikeGrid& grid = sink_.grid(layer);
        const double width = axis_.left - margin - 8.0;
        TextStyle right = name_style;
        right.align = TextStyle::Align::right;
        const double middle = y + height / 2.0;
        canvas_.text({axis_.left - 8.0, middle - 1.0}, canvas_.fitted(name(layer), width, name_style), right);
        right = small_style;
        right.align = TextStyle::Align::right;
        canvas_.text({axis_.left - 8.0, middle + 9.0}, neurons(layer), right);
        if (height >= 44.0) {  // which end the first neuron is at
            const TextStyle tiny = {.size = 6.5, .colour = palette::grey, .align = TextStyle::Align::right};
            canvas_.text({axis_.left - 4.0, y + 5.0}, "0", tiny);
            canvas_.text({axis_.left - 4.0, y + height}, std::to_string(layer_of(layer).shape.size() - 1), tiny);
        }
        right.colour = palette::ink;
        right.size = 9.0;
        canvas_.text({sheet_width - margin, middle + (is_drawn_exactly(grid) ? 3.0 : -1.0)}, short_number(grid.mean()),
                     right);
        const auto [begin, end] = ticks(layer);
        const Box box = {axis_.edge(begin), y, axis_.edge(end) - axis_.edge(begin), height};
        if (is_drawn_exactly(grid))
            draw_spikes(grid, box);
        else
            draw_densities(grid, box, middle);
        const Stroke thin = {.colour = palette::rule, .width = 0.5};
        const std::vector<Point> frame = {
            {box.x, y}, {box.x + box.width, y}, {box.x + box.width, y + height}, {box.x, y + height},
            {box.x, y}, {box.x + 1.0, y}};
        canvas_.path(frame, thin);
    }

    static bool is_drawn_exactly(const SpikeGrid& grid) { return grid.is_exact() && grid.spikes() <= most_marks; }

    /// One mark for each spike.
    void draw_spikes(const SpikeGrid& grid, const Box& box) {
        const double cell_width = box.width / static_cast<double>(grid.columns());
        const double cell_height = box.height / static_cast<double>(grid.rows());
        const double mark_width = std::min(cell_width * 0.7, 2.4);
        const double mark_height = std::max(cell_height * 0.78, 1.3);
        for (std::int64_t row = 0; row < grid.rows(); ++row) {
            for (std::int64_t column = 0; column < grid.columns(); ++column) {
                if (grid.count(row, column) == 0) continue;
                const double x = box.x + (static_cast<double>(column) + 0.5) * cell_width - mark_width / 2.0;
                const double y = box.y + (static_cast<double>(row) + 0.5) * cell_height - mark_height / 2.0;
                canvas_.rectangle({x, y, mark_width, mark_height},
                                  grid.negative(row, column) > 0 ? palette::vermilion : palette::black);
            }
        }
    }

    /// Grey levels, from no spike to the densest cell of the layer, which the label gives.
    void draw_densities(const SpikeGrid& grid, const Box& box, double middle) {
        std::vector<double> values = grid.densities();
        const double densest = *std::ranges::max_element(values);
        for (double& value : values) value = densest > 0.0 ? value / densest : 0.0;
        canvas_.cells(box, static_cast<std::size_t>(grid.rows()), values, palette::black);
        const double cell_width = box.width / static_cast<double>(grid.columns());
        for (std::int64_t column = 1; column < grid.columns() && cell_width >= 6.0; ++column) {
            const double x = box.x + static_cast<double>(column) * cell_width;
            canvas_.line({x, box.y}, {x, box.y + box.height}, {.colour = palette::white, .width = cell_width * 0.2});
        }
        TextStyle style = small_style;
        style.align = TextStyle::Align::right;
        canvas_.text({sheet_width - margin, middle + 9.0},
                     densest > 0.0 ? "black = " + short_number(densest) : "silent", style);
    }

    const PictureSink& sink_;
    std::vector<std::size_t> layers_;
    std::vector<double> heights_;
    Canvas canvas_;
    TickAxis axis_;
};

}  // namespace

void draw_raster(const std::filesystem::path& raster, const std::filesystem::path& picture,
                 const RasterPictureOptions& options) {
    Canvas::check_name(picture);
    PictureSink sink(raster.string(), options);
    try {
        read_raster(raster, sink);
    } catch (const SampleComplete&) {
        RasterDrawing(sink, picture).draw();
        return;
    }
    sink.fail_without_sample();
}

}  // namespace syncopate
