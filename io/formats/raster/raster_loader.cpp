#include "core/error.hpp"
#include "io/formats/raster/raster_reader.hpp"

#include <algorithm>

namespace syncopate {

namespace {

/// Keeps what is selected.
class Loader : public RasterSink {
public:
    Loader(std::string file, const RasterSelection& selection) : file_(std::move(file)), selection_(selection) {}

    void header(const RasterHeader& header) override {
        is_wanted_.assign(header.layers.size(), selection_.layers.empty());
        for (const std::string& name : selection_.layers) is_wanted_[find_layer(header, name, file_)] = true;
    }
    void begin_sample(const RasterSampleInfo& known) override {
        is_selected_ = known.index < 0 || selects(known.index);
        sample_ = {};
        sample_.trains.resize(is_wanted_.size());
        sample_.counts.resize(is_wanted_.size());
    }
    bool wants(std::size_t layer) override { return is_selected_ && is_wanted_[layer]; }
    void spikes(std::size_t layer, const SpikeTrain& spikes) override {
        charge(spikes.times.size());
        SpikeTrain& train = sample_.trains[layer];
        train.times.insert(train.times.end(), spikes.times.begin(), spikes.times.end());
        train.ids.insert(train.ids.end(), spikes.ids.begin(), spikes.ids.end());
        train.amplitudes.insert(train.amplitudes.end(), spikes.amplitudes.begin(), spikes.amplitudes.end());
    }
    void counts(std::size_t layer, std::span<const std::int32_t> counts) override {
        charge(counts.size());
        sample_.counts[layer].assign(counts.begin(), counts.end());
    }
    void end_sample(const RasterSampleInfo& info) override {
        sample_.info = info;
        if (selects(info.index)) {
            samples.push_back(std::move(sample_));
            loaded_before_ = loaded_;
        }
        loaded_ = loaded_before_;
    }

    std::vector<RasterSample> samples;

private:
    bool selects(std::int64_t index) const {
        return selection_.samples.empty() || std::ranges::find(selection_.samples, index) != selection_.samples.end();
    }
    void charge(std::size_t values) {
        loaded_ += values;
        if (loaded_ > std::size_t{1} << 27)
            throw Error(file_ + ": more than 2^27 spikes are selected; select layers or samples");
    }

    std::string file_;
    const RasterSelection& selection_;
    std::vector<bool> is_wanted_;
    bool is_selected_ = true;
    RasterSample sample_;
    std::size_t loaded_ = 0;         // values, the open sample's included
    std::size_t loaded_before_ = 0;  // without them
};

}  // namespace

Raster load_raster(const std::filesystem::path& path, const RasterSelection& selection) {
    Loader loader(path.string(), selection);
    Raster raster{read_raster(path, loader), {}};
    raster.samples = std::move(loader.samples);
    for (const std::int64_t index : selection.samples) {
        if (std::ranges::find(raster.samples, index, [](const RasterSample& s) { return s.info.index; }) ==
            raster.samples.end()) {
            throw Error(path.string() + ": sample " + std::to_string(index) + " is not recorded");
        }
    }
    return raster;
}

}  // namespace syncopate
