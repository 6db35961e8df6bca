#include "tests/support/random_network.hpp"

#include "neurons/models/bernoulli_rate.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/linear.hpp"
#include "neurons/models/read_out.hpp"
#include "neurons/models/two_phase.hpp"
#include "topology/edits.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <string>

namespace syncopate {

namespace {

class Builder {
public:
    explicit Builder(std::uint64_t seed, bool holds_windows = false, bool is_linear = false)
        : random_(seed), holds_windows_(holds_windows), is_linear_(is_linear) {}

    RandomNetwork build() {
        const Shape input =
            one_in(4) ? Shape{between(1, 40), 1, 1} : Shape{between(1, 4), between(1, 9), between(1, 9)};
        add_population("input", input,
                       one_in(3) ? NeuronModel{BernoulliRate{real(0.5, 2.0)}} : NeuronModel{DirectCurrent{}});
        const std::int32_t layers = between(1, 5);
        for (std::int32_t k = 0; k < layers; ++k) {
            if (is_linear_ && one_in(2)) add_linear("linear" + std::to_string(k));
            add_layer("layer" + std::to_string(k));
        }
        if (is_linear_ && one_in(3)) add_linear("linear");
        add_read_out();
        while (!is_linear_ && one_in(3)) add_recurrence();
        if (holds_windows_) hold_windows();
        RandomNetwork network{std::move(graph_), {}};
        for (std::int64_t i = 0; i < input.size(); ++i) network.input.push_back(one_in(8) ? 0.0 : real(-1.0, 1.5));
        return network;
    }

private:
    std::int32_t between(std::int32_t low, std::int32_t high) {
        return std::uniform_int_distribution(low, high)(random_);
    }
    double real(double low, double high) { return std::uniform_real_distribution(low, high)(random_); }
    bool one_in(std::int32_t n) { return between(1, n) == 1; }

    std::int32_t add_population(const std::string& name, const Shape& shape, NeuronModel model) {
        Population population{name, population_id(name), shape, std::move(model), {}, {}, 24, {}};
        if (one_in(8)) population.fraction_bits = between(4, 23);
        graph_.populations.push_back(std::move(population));
        return static_cast<std::int32_t>(graph_.populations.size()) - 1;
    }

    void add_bias(Population& population) {
        const std::int32_t kind = between(0, 2);
        const std::int64_t count = kind == 0 ? 0 : kind == 1 ? population.shape.channels : population.shape.size();
        for (std::int64_t i = 0; i < count; ++i) population.bias.push_back(real(-0.3, 0.4));
    }

    NeuronModel random_neuron(const Shape& shape) {
        IntegrateAndFire model;
        model.v_threshold.clear();
        const std::int32_t count = one_in(2) ? 1 : shape.channels;
        for (std::int32_t i = 0; i < count; ++i) model.v_threshold.push_back(real(0.3, 2.0));
        model.v_init = one_in(2) ? 0.5 : real(-1.0, 1.5);
        if (one_in(4)) model.v_reset = real(-0.5, 0.5);
        return model;
    }

    TensorId random_weights(std::int64_t count, double fan_in) {
        Tensor tensor{"w" + std::to_string(graph_.tensors.size()), {count}, {}};
        const double spread = 2.0 / std::sqrt(fan_in);
        for (std::int64_t i = 0; i < count; ++i)
            tensor.values.push_back(one_in(10) ? 0.0f : static_cast<float>(real(-0.7, 1.0) * spread));
        graph_.tensors.push_back(std::move(tensor));
        return static_cast<TensorId>(graph_.tensors.size() - 1);
    }

    /// A kernel, a stride, a dilation and padding along one axis that leave something.
    struct Axis {
        std::int32_t kernel = 1, stride = 1, dilation = 1, pad = 0, pad_end = 0, output = 1;
    };
    Axis random_axis(std::int32_t size) {
        Axis a;
        a.kernel = between(1, std::min(5, size + 1));
        a.stride = between(1, 3);
        a.dilation = one_in(3) ? between(1, 3) : 1;
        a.pad = between(0, a.kernel - 1);
        a.pad_end = between(0, a.kernel - 1);
        const std::int32_t room = size + a.pad + a.pad_end - (a.kernel - 1) * a.dilation - 1;
        if (room < 0) return {1, 1, 1, 0, 0, size};
        a.output = room / a.stride + 1;
        return a;
    }

    Convolution random_convolution(const Shape& in) {
        const Axis rows = random_axis(in.height);
        const Axis columns = random_axis(in.width);
        std::int32_t groups = 1;
        if (one_in(3)) {
            groups = between(1, in.channels);
            while (in.channels % groups != 0) --groups;
        }
        const Shape out{groups * between(1, one_in(10) ? 40 / groups + 1 : 4), rows.output, columns.output};
        const std::int64_t fan_in = std::int64_t{in.channels / groups} * rows.kernel * columns.kernel;
        return {in,
                out,
                {rows.kernel, columns.kernel},
                {rows.stride, columns.stride},
                {rows.dilation, columns.dilation},
                {rows.pad, columns.pad},
                groups,
                random_weights(out.channels * fan_in, static_cast<double>(fan_in))};
    }

    LinearStage fully_connected(const Shape& in, const Shape& out) {
        const auto n = static_cast<std::int32_t>(in.size());
        const auto m = static_cast<std::int32_t>(out.size());
        return Convolution{{n, 1, 1}, {m, 1, 1}, {}, {}, {}, {0, 0}, 1, random_weights(std::int64_t{n} * m, n)};
    }

    LinearStage random_pool(const Shape& in) {
        AveragePool pool{in, in, {}, {}, {0, 0}, {0, 0}, one_in(2)};
        const auto choose = [&](std::int32_t size, std::int32_t& kernel, std::int32_t& stride, std::int32_t& pad,
                                std::int32_t& pad_end) {
            kernel = between(1, std::min(3, size));
            stride = between(1, 3);
            pad = between(0, kernel / 2);
            pad_end = pad;
            return (size + 2 * pad - kernel + (one_in(2) && stride <= kernel ? stride - 1 : 0)) / stride + 1;
        };
        pool.output.height =
            choose(in.height, pool.kernel.height, pool.stride.height, pool.pad.height, pool.pad_end.height);
        pool.output.width = choose(in.width, pool.kernel.width, pool.stride.width, pool.pad.width, pool.pad_end.width);
        // Windows that ceil_mode would begin in the padding are left out, as PyTorch does.
        while ((pool.output.height - 1) * pool.stride.height >= in.height + pool.pad.height) --pool.output.height;
        while ((pool.output.width - 1) * pool.stride.width >= in.width + pool.pad.width) --pool.output.width;
        return pool;
    }

    LinearStage random_gather(const Shape& in) {
        const auto n = static_cast<std::int32_t>(in.size());
        Gather gather{in, in, std::vector<std::int32_t>(static_cast<std::size_t>(n))};
        std::iota(gather.source.begin(), gather.source.end(), 0);
        if (one_in(3)) {  // channels moved, some of them new and silent
            gather.output.channels = in.channels + between(0, 2);
            gather.source.clear();
            for (std::int32_t c = 0; c < gather.output.channels; ++c) {
                const std::int32_t from = between(-1, in.channels - 1);
                for (std::int32_t i = 0; i < in.area(); ++i)
                    gather.source.push_back(from < 0 ? -1 : from * static_cast<std::int32_t>(in.area()) + i);
            }
        } else if (one_in(2)) {
            std::ranges::shuffle(gather.source, random_);
        } else {
            for (std::int32_t& source : gather.source) source = between(-1, n - 1);
        }
        return gather;
    }

    LinearStage random_scale(const Shape& in) {
        Scale scale{in, {}};
        const std::int32_t kind = between(0, 2);
        const std::int64_t count = kind == 0 ? 1 : kind == 1 ? in.channels : in.size();
        for (std::int64_t i = 0; i < count; ++i) scale.factor.push_back(real(-1.5, 1.5));
        return scale;
    }

    LinearStage random_stage(const Shape& in) {
        switch (between(0, 5)) {
            case 0:
                return random_pool(in);
            case 1:
                return random_gather(in);
            case 2:
                return random_scale(in);
            default:
                return random_convolution(in);
        }
    }

    std::vector<LinearStage> random_chain(Shape shape) {
        std::vector<LinearStage> stages;
        const std::int32_t length = one_in(3) ? between(2, 4) : 1;
        for (std::int32_t k = 0; k < length; ++k) {
            stages.push_back(random_stage(shape));
            shape = output_shape(stages.back());
        }
        return stages;
    }

    /// A chain from one population to another of given shape; a fully connected stage makes the ends meet.
    std::vector<LinearStage> chain_to(const Shape& from, const Shape& to) {
        if (from == to && one_in(2)) return {};
        std::vector<LinearStage> stages;
        if (one_in(4)) stages = random_chain(from);
        const Shape shape = stages.empty() ? from : output_shape(stages.back());
        stages.push_back(fully_connected(shape, to));
        return stages;
    }

    const Shape& shape_of(std::int32_t p) const { return graph_.populations[static_cast<std::size_t>(p)].shape; }

    void connect(std::int32_t source, std::int32_t target, std::vector<LinearStage> stages) {
        const NeuronModel& model = graph_.populations[static_cast<std::size_t>(source)].model;
        const bool is_prompt = (model.as<DirectCurrent>() != nullptr) || (model.as<Linear>() != nullptr);
        graph_.projections.push_back({source, target, !is_prompt && one_in(4) ? between(1, 5) : 0, std::move(stages)});
    }

    /// A sum of one to three earlier populations, linear ones among them.
    void add_linear(const std::string& name) {
        const std::int32_t source = static_cast<std::int32_t>(graph_.populations.size()) - 1;
        std::vector<LinearStage> stages = random_chain(shape_of(source));
        const Shape shape = output_shape(stages.back());
        const std::int32_t sum = add_population(name, shape, Linear{});
        if (one_in(2)) add_bias(graph_.populations.back());
        connect(source, sum, std::move(stages));
        for (std::int32_t more = between(0, 2); more > 0; --more) {
            const std::int32_t other = between(0, source);
            connect(other, sum, chain_to(shape_of(other), shape));
        }
    }

    void add_layer(const std::string& name) {
        const std::int32_t source = static_cast<std::int32_t>(graph_.populations.size()) - 1;
        std::vector<LinearStage> stages = random_chain(shape_of(source));
        const Shape shape = output_shape(stages.back());
        const std::int32_t layer = add_population(name, shape, random_neuron(shape));
        add_bias(graph_.populations.back());
        connect(source, layer, std::move(stages));
        if (one_in(2)) {  // a residual connection
            const std::int32_t other = between(0, source);
            connect(other, layer, chain_to(shape_of(other), shape));
        }
    }

    void add_read_out() {
        const std::int32_t source = static_cast<std::int32_t>(graph_.populations.size()) - 1;
        const Shape shape = one_in(5) ? Shape{2, 2, 3} : Shape{between(1, 10), 1, 1};
        const std::int32_t out = add_population("read_out", shape, ReadOut{});
        add_bias(graph_.populations.back());
        connect(source, out, chain_to(shape_of(source), shape));
    }

    void add_recurrence() {
        const std::int32_t last = static_cast<std::int32_t>(graph_.populations.size()) - 2;
        if (last < 1) return;
        const std::int32_t target = between(1, last);
        const std::int32_t source = between(target, last);
        graph_.projections.push_back({source, target, between(1, 4), chain_to(shape_of(source), shape_of(target))});
    }

    /// Which populations lie on no cycle.
    std::vector<bool> acyclic() const {
        std::vector<bool> is_free(graph_.populations.size(), true);
        for (const Projection& back : graph_.projections) {
            if (back.source < back.target) continue;  // goes forward; a cycle spans what lies between
            for (std::size_t p = back.target; p <= back.source; ++p) is_free[p] = false;
        }
        return is_free;
    }

    Rearrangement random_rule() {
        const std::vector<std::string> rules = {
            "identity", "permute",    "permute:channel", "permute:shared", "permute:fixed", "reverse", "earliest",
            "latest",   "even",       "rotate:3",        "rotate:-50",     "jitter:1.3",    "swap:3",  "jitter:0:fixed",
            "drop:0.3", "insert:0.2", "insert:1"};
        return parse_rearrangement(rules[static_cast<std::size_t>(between(0, static_cast<int>(rules.size()) - 1))]);
    }

    /// Makes some populations two-phase, and puts relays behind others.
    void hold_windows() {
        const std::vector<bool> is_free = acyclic();
        const std::size_t count = graph_.populations.size();
        for (std::size_t p = 0; p < count; ++p) {
            if (!is_free[p] || !sends_spikes(graph_.populations[p].model)) continue;
            auto* model = graph_.populations[p].model.as<IntegrateAndFire>();
            if (model != nullptr && one_in(2)) {
                graph_.populations[p].model = TwoPhase{model->v_threshold, one_in(2) ? 0.0 : real(-1.0, 1.5),
                                                       static_cast<TwoPhaseRule>(between(0, 2))};
            }
            if (one_in(2)) insert_relay(graph_, static_cast<std::int32_t>(p), random_rule());
        }
    }

    std::mt19937_64 random_;
    bool holds_windows_;
    bool is_linear_;
    LayerGraph graph_;
};

}  // namespace

RandomNetwork random_network(std::uint64_t seed) { return Builder(seed).build(); }

RandomNetwork random_linear_network(std::uint64_t seed, bool holds_windows) {
    return Builder(seed, holds_windows, true).build();
}

RandomNetwork random_window_network(std::uint64_t seed) { return Builder(seed, true).build(); }

}  // namespace syncopate
