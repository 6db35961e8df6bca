#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/compiler/convolution_algebra.hpp"
#include "topology/compiler/real_synapses.hpp"
#include "topology/stage_support.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t most_synapses = std::size_t{1} << 27;
constexpr std::size_t most_classes = 16;

// Why a chain of stages becomes what it becomes.
//
// The engine can move spikes, sum them in pools, and weight them once: by a convolution or by a list. Compiling finds
// the cheapest of these that computes the same. While spikes are only moved, a factor is kept beside them (an
// amplitude, a scale, the divisor of a pool): factors are free, because the first weights take them in. A factor that
// is not the same everywhere gives a convolution classes of weights by place, up to 16; pools at a border need 9. Two
// convolutions become one if their kernels fit (convolution_algebra). What no convolution expresses becomes a list of
// synapses, exact for every chain, but as long as the product of its stages: it is the last resort, and bounded.

/// Takes the stages of one projection one by one. At first spikes are only routed, each worth `factor_` of its place;
/// the first convolution makes them weighted; what no convolution can express becomes an explicit list of synapses.
class Composer {
public:
    Composer(std::span<const Tensor> tensors, const Shape& source, std::span<const double> amplitude, std::string where)
        : tensors_(tensors), shape_(source), where_(std::move(where)) {
        factor_.resize(to_size(source.size()));
        const std::size_t per_value = factor_.size() / amplitude.size();
        for (std::size_t i = 0; i < factor_.size(); ++i) factor_[i] = amplitude[i / per_value];
    }

    void add(const LinearStage& stage) {
        if (sparse_) return add_to_sparse(stage);
        if (convolution_) return add_to_convolution(stage);
        add_to_routing(stage);
    }

    RealProjection finish(const Shape& target, std::span<const double> v_threshold) && {
        std::vector<double> inverse;
        for (const double threshold : v_threshold) inverse.push_back(1.0 / threshold);
        if (convolution_ &&
            (shape_.height != target.height || shape_.width != target.width || shape_.channels != target.channels)) {
            make_sparse();
        }
        if (!convolution_ && !sparse_) make_sparse();
        if (sparse_) sparse_->output = target;
        shape_ = target;
        add(Scale{target, inverse});
        if (convolution_) return {std::move(routing_), std::move(*convolution_)};
        return {std::move(routing_), std::move(*sparse_)};
    }

private:
    // ---- spikes that are only routed so far

    void add_to_routing(const LinearStage& stage) {
        if (const auto* convolution = std::get_if<Convolution>(&stage)) return begin_convolution(*convolution);
        flush_channel_map();
        if (const auto* scale = std::get_if<Scale>(&stage)) {
            const std::size_t per_factor = factor_.size() / scale->factor.size();
            // Spikes keep the shape that the routing so far gives them, whatever shape the scale sees them in.
            for (std::size_t i = 0; i < factor_.size(); ++i) factor_[i] *= scale->factor[i / per_factor];
        } else if (const auto* gather = std::get_if<Gather>(&stage)) {
            reshape(gather->input);
            const auto map = channel_map(*gather);
            if (map) {
                channel_map_ = *map;
                mapped_ = gather->output;
            } else {
                route(*gather);
            }
        } else {
            add_pool(std::get<AveragePool>(stage));
        }
    }

    bool is_factor_uniform_in_channels() const {
        const auto area = to_size(shape_.area());
        for (std::size_t i = 0; i < factor_.size(); ++i) {
            if (factor_[i] != factor_[i - i % area]) return false;
        }
        return true;
    }

    void add_pool(const AveragePool& pool) {
        reshape(pool.input);
        if (!is_factor_uniform_in_channels()) {
            make_sparse();
            return add_to_sparse(pool);
        }
        routing_.push_back(SumPool{pool.input, pool.output, pool.kernel.height, pool.kernel.width, pool.stride.height,
                                   pool.stride.width, pool.pad.height, pool.pad.width});
        std::vector<double> factor;
        const auto area = to_size(pool.input.area());
        for (std::size_t c = 0; c < to_size(pool.output.channels); ++c) {
            for (std::int32_t y = 0; y < pool.output.height; ++y) {
                for (std::int32_t x = 0; x < pool.output.width; ++x)
                    factor.push_back(factor_[c * area] / divisor(pool, y, x));
            }
        }
        factor_ = std::move(factor);
        shape_ = pool.output;
    }

    /// The layout changes its extents, not its order.
    void reshape(const Shape& shape) {
        if (shape == shape_) return;
        Gather same{shape_, shape, std::vector<std::int32_t>(to_size(shape.size()))};
        std::iota(same.source.begin(), same.source.end(), 0);
        route(same);
    }

    void route(const Gather& gather) {
        Remap remap{gather.input, gather.output, {}, {}};
        invert(gather, remap.begin, remap.targets);
        std::vector<double> factor;
        for (const std::int32_t source : gather.source) factor.push_back(source < 0 ? 0.0 : factor_[to_size(source)]);
        routing_.push_back(std::move(remap));
        factor_ = std::move(factor);
        shape_ = gather.output;
    }

    /// A gather of whole channels waits for a convolution to take it into its weights; anything else takes it as it is.
    void flush_channel_map() {
        if (channel_map_.empty()) return;
        Gather gather{shape_, mapped_, {}};
        const auto area = static_cast<std::int32_t>(shape_.area());
        for (const std::int32_t source : std::exchange(channel_map_, {})) {
            for (std::int32_t i = 0; i < area; ++i) gather.source.push_back(source < 0 ? -1 : source * area + i);
        }
        route(gather);
    }

    void begin_convolution(Convolution convolution) {
        const bool reads_everything = convolution.input.area() == 1 && convolution.output.area() == 1 &&
                                      convolution.groups == 1 && convolution.kernel == Extent{} &&
                                      convolution.pad == Extent{0, 0};
        const bool takes_channel_map = !channel_map_.empty() && convolution.groups == 1 && convolution.input == mapped_;
        if (!takes_channel_map) flush_channel_map();
        if (reads_everything && !takes_channel_map) {
            // A fully connected layer behind a flattened layer is a convolution with a kernel as large as that layer.
            convolution.input = shape_;
            convolution.kernel = {shape_.height, shape_.width};
            convolution.stride = {shape_.height, shape_.width};
            convolution.pad = {0, 0};
        } else if (!takes_channel_map) {
            reshape(convolution.input);
        }
        convolution_ = to_real(convolution, tensors_);
        std::vector<std::int32_t> map = std::exchange(channel_map_, {});
        if (takes_channel_map) convolution_ = move_inputs(*convolution_, map, shape_);
        if (!take_in_factor()) {
            convolution_.reset();
            // Back to what was before the convolution: make_sparse needs the map, which the weights had taken in.
            channel_map_ = std::move(map);
            make_sparse();
            return add_to_sparse(convolution);
        }
        shape_ = convolution.output;
    }

    /// Multiplies the weights by the worth of the spikes they meet, with a class of weights for each pattern of worth
    /// over the channels. False if there are too many patterns.
    bool take_in_factor() {
        ConvolutionSynapses& g = convolution_->geometry;
        const auto area = to_size(g.input.area());
        const bool is_full = g.output.area() == 1 && g.kernel_height == g.input.height &&
                             g.kernel_width == g.input.width && g.pad_top == 0 && g.pad_left == 0 && g.groups == 1 &&
                             area > 1;
        // Weights of an output lie in the order of the flat input, so weight k meets element k modulo their number.
        if (is_full) {  // every weight meets one place only
            for (std::size_t k = 0; k < convolution_->weights.size(); ++k)
                convolution_->weights[k] *= factor_[k % factor_.size()];
            return true;
        }
        std::map<std::vector<double>, std::uint8_t> classes;
        std::vector<std::uint8_t> class_of(area, 0);
        std::vector<double> column(to_size(g.input.channels));
        for (std::size_t i = 0; i < area; ++i) {
            for (std::size_t c = 0; c < column.size(); ++c) column[c] = factor_[c * area + i];
            const auto [found, is_new] = classes.emplace(column, static_cast<std::uint8_t>(classes.size()));
            if (is_new && classes.size() > most_classes) return false;
            class_of[i] = found->second;
        }
        const std::vector<double> plain = std::move(convolution_->weights);
        convolution_->weights.assign(plain.size() * classes.size(), 0.0);
        const std::size_t kernel = to_size(g.kernel_height) * to_size(g.kernel_width);
        const std::size_t group_inputs = to_size(g.input.channels / g.groups);
        const std::size_t group_outputs = to_size(g.output.channels / g.groups);
        for (const auto& [worth, k] : classes) {
            for (std::size_t i = 0; i < plain.size(); ++i) {
                const std::size_t output = i / (kernel * group_inputs);
                const std::size_t input = output / group_outputs * group_inputs + i / kernel % group_inputs;
                convolution_->weights[k * plain.size() + i] = plain[i] * worth[input];
            }
        }
        if (classes.size() > 1) g.weight_class = std::move(class_of);
        return true;
    }

    // ---- a convolution

    void add_to_convolution(const LinearStage& stage) {
        RealConvolution& convolution = *convolution_;
        if (const auto* scale = std::get_if<Scale>(&stage)) {
            if (static_cast<std::int64_t>(scale->factor.size()) <= shape_.channels && scale->shape == shape_)
                return scale_convolution(*scale);
        } else if (const auto* gather = std::get_if<Gather>(&stage)) {
            const auto map = channel_map(*gather);
            if (map && gather->input == shape_ && convolution.geometry.first_output_channel == 0 &&
                convolution.geometry.weight_class.empty()) {
                convolution_ = move_outputs(convolution, *map, gather->output);
                shape_ = gather->output;
                return;
            }
        } else if (input_shape(stage) == shape_) {
            const auto* pool = std::get_if<AveragePool>(&stage);
            const auto next = pool != nullptr ? to_real(*pool) : to_real(std::get<Convolution>(stage), tensors_);
            auto both = next ? syncopate::compose(convolution, *next) : std::nullopt;
            if (both) {
                convolution_ = std::move(both);
                shape_ = output_shape(stage);
                return;
            }
        }
        make_sparse();
        add_to_sparse(stage);
    }

    void scale_convolution(const Scale& scale) {
        const ConvolutionSynapses& g = convolution_->geometry;
        const std::size_t per_output = g.filter_count() / to_size(g.output.channels);
        for (std::size_t i = 0; i < convolution_->weights.size(); ++i) {
            const std::size_t channel = i / per_output % to_size(g.output.channels) + to_size(g.first_output_channel);
            convolution_->weights[i] *= scale.factor.size() == 1 ? scale.factor[0] : scale.factor[channel];
        }
    }

    // ---- an explicit list

    void make_sparse() {
        flush_channel_map();
        RealSparse sparse;
        sparse.begin.push_back(0);
        if (!convolution_) {
            sparse.input = sparse.output = shape_;
            for (std::size_t i = 0; i < factor_.size(); ++i) {
                if (factor_[i] != 0.0) {
                    sparse.targets.push_back(static_cast<std::int32_t>(i));
                    sparse.weights.push_back(factor_[i]);
                }
                sparse.begin.push_back(sparse.targets.size());
            }
            take_in_remaps(sparse);
        } else {
            list_convolution(sparse);
        }
        convolution_.reset();
        sparse_ = std::move(sparse);
    }

    /// Synapses can begin before a mere move of spikes as well as behind it.
    void take_in_remaps(RealSparse& sparse) {
        while (!routing_.empty() && std::holds_alternative<Remap>(routing_.back())) {
            const Remap& remap = std::get<Remap>(routing_.back());
            RealSparse before{remap.input, sparse.output, {0}, {}, {}};
            for (std::size_t i = 0; i + 1 < remap.begin.size(); ++i) {
                for (std::size_t k = remap.begin[i]; k < remap.begin[i + 1]; ++k) {
                    const std::size_t place = to_size(remap.targets[k]);
                    for (std::size_t s = sparse.begin[place]; s < sparse.begin[place + 1]; ++s) {
                        before.targets.push_back(sparse.targets[s]);
                        before.weights.push_back(sparse.weights[s]);
                    }
                }
                before.begin.push_back(before.targets.size());
            }
            sparse = std::move(before);
            routing_.pop_back();
        }
    }

    void list_convolution(RealSparse& sparse) const {
        const ConvolutionSynapses& g = convolution_->geometry;
        sparse.input = g.input;
        sparse.output = shape_;
        const LinearStage stage = Convolution{g.input,
                                              g.output,
                                              {g.kernel_height, g.kernel_width},
                                              {g.stride_height, g.stride_width},
                                              {g.dilation_height, g.dilation_width},
                                              {g.pad_top, g.pad_left},
                                              g.groups,
                                              TensorId::none};
        const StageSupport support(stage);
        const auto offset = static_cast<std::int32_t>(g.first_output_channel * g.output.area());
        for (std::int32_t i = 0; i < g.input.size(); ++i) {
            const std::size_t k = g.weight_class.empty() ? 0 : g.weight_class[to_size(i) % to_size(g.input.area())];
            support.for_each_output(i, [&](std::int32_t out, std::size_t w) {
                sparse.targets.push_back(out + offset);
                sparse.weights.push_back(convolution_->weights[k * g.filter_count() + w]);
            });
            require_room(sparse.targets.size());
            sparse.begin.push_back(sparse.targets.size());
        }
    }

    void require_room(std::size_t synapses) const {
        if (synapses <= most_synapses) return;
        throw RefusedError(where_ +
                           ": its chain of linear operators composes to more than 2^27 separate synapses; put an "
                           "activation between the operators, or pool without padding or overlap");
    }

    void add_to_sparse(const LinearStage& stage) {
        const StageSupport support(stage);
        RealSparse next{sparse_->input, output_shape(stage), {0}, {}, {}};
        std::vector<double> sum(to_size(next.output.size()), 0.0);
        std::vector<std::int32_t> touched;
        // One array of sums for all sources, of which only the touched elements are cleared: a search or a sort for
        // each synapse would cost more. A sum that cancels to 0 on the way is touched again, so the list may name an
        // element twice.
        for (std::size_t i = 0; i + 1 < sparse_->begin.size(); ++i) {
            for (std::size_t s = sparse_->begin[i]; s < sparse_->begin[i + 1]; ++s) {
                support.for_each_output(sparse_->targets[s], [&](std::int32_t out, std::size_t w) {
                    if (sum[to_size(out)] == 0.0) touched.push_back(out);
                    sum[to_size(out)] += sparse_->weights[s] * weight(stage, out, w);
                });
            }
            std::ranges::sort(touched);
            touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
            for (const std::int32_t out : touched) {
                if (sum[to_size(out)] != 0.0) {
                    next.targets.push_back(out);
                    next.weights.push_back(sum[to_size(out)]);
                }
                sum[to_size(out)] = 0.0;
            }
            touched.clear();
            require_room(next.targets.size());
            next.begin.push_back(next.targets.size());
        }
        shape_ = next.output;
        sparse_ = std::move(next);
    }

    double weight(const LinearStage& stage, std::int32_t out, std::size_t w) const {
        if (const auto* convolution = std::get_if<Convolution>(&stage)) {
            return static_cast<double>(tensors_[to_size(convolution->weights)].values[w]);
        }
        if (const auto* pool = std::get_if<AveragePool>(&stage)) {
            const auto i = static_cast<std::int32_t>(out % pool->output.area());
            return 1.0 / divisor(*pool, i / pool->output.width, i % pool->output.width);
        }
        if (const auto* scale = std::get_if<Scale>(&stage)) {
            return scale->factor[to_size(out) / (to_size(scale->shape.size()) / scale->factor.size())];
        }
        return 1.0;
    }

    std::span<const Tensor> tensors_;
    Shape shape_;
    std::string where_;
    std::vector<Routing> routing_;
    std::vector<double> factor_;             // worth of a spike at every place, while nothing is weighted yet
    std::vector<std::int32_t> channel_map_;  // a gather of whole channels that waits for a convolution
    Shape mapped_;
    std::optional<RealConvolution> convolution_;
    std::optional<RealSparse> sparse_;
};

}  // namespace

RealProjection compose(const LayerGraph& graph, const Projection& projection, std::span<const double> amplitude,
                       std::span<const double> v_threshold, const std::string& where) {
    const Shape& source = graph.populations[projection.source].shape;
    const Shape& target = graph.populations[projection.target].shape;
    Composer composer(graph.tensors, source, amplitude, where);
    for (const LinearStage& stage : projection.stages) composer.add(stage);
    return std::move(composer).finish(target, v_threshold);
}

}  // namespace syncopate
