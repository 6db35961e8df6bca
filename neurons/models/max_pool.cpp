#include "neurons/models/max_pool.hpp"

#include "core/index.hpp"

#include <memory>
#include <string>

namespace syncopate {

namespace {

class CountsRule final : public PoolingRule {
public:
    // No larger than the largest amplitude of the tick, since no S_i grows by more.
    std::int32_t output(const PooledTick& tick) const override {
        return static_cast<std::int32_t>(tick.now - tick.before);
    }
    bool keeps_largest_sum() const override { return true; }
};

class GateRule final : public PoolingRule {
public:
    std::int32_t output(const PooledTick& tick) const override { return tick.winner; }
    bool keeps_largest_sum() const override { return false; }
};

constexpr ParameterInfo rule_info = {
    .name = "rule",
    .unit = {},
    .help = "What is sent: what the largest count of a window's inputs grows by, or the spikes of the input that leads",
    .is_required = true};

// The largest extent keeps every product of two of these numbers within 2^40.
constexpr double most = 1 << 20;

constexpr ParameterInfo extent_info(std::string_view name, std::string_view help, bool is_required) {
    return {.name = name, .unit = {}, .help = help, .least = 1.0, .most = most, .is_required = is_required};
}

constexpr ParameterInfo pad_info(std::string_view name, std::string_view help) {
    return {.name = name, .unit = {}, .help = help, .least = 0.0, .most = most, .is_left_out_at_0 = true};
}

constexpr ParameterInfo input_height = extent_info("input_height", "Rows of the input", true);
constexpr ParameterInfo input_width = extent_info("input_width", "Columns of the input", true);
constexpr ParameterInfo kernel_height = extent_info("kernel_height", "Rows of a window", true);
constexpr ParameterInfo kernel_width = extent_info("kernel_width", "Columns of a window", true);
constexpr ParameterInfo stride_height = extent_info("stride_height", "Rows from window to window", false);
constexpr ParameterInfo stride_width = extent_info("stride_width", "Columns from window to window", false);
constexpr ParameterInfo dilation_height = extent_info("dilation_height", "Rows from input to input", false);
constexpr ParameterInfo dilation_width = extent_info("dilation_width", "Columns from input to input", false);
constexpr ParameterInfo pad_top = pad_info("pad_top", "Rows of the first window above the input");
constexpr ParameterInfo pad_left = pad_info("pad_left", "Columns of the first window left of the input");

}  // namespace

const ModelInfo& MaxPool::info() {
    static constexpr ModelInfo info = {
        .name = "max_pool",
        .role = PopulationRole::pooling,
        .sentence = "The maximum of a window's spike trains as a spike train, by its rule",
        .equation =
            "S_i(t) = Σ_{τ ≤ t} x_i(τ); counts: max_i S_i(t) − max_i S_i(t−1); gate: x_k(t), k = argmax_i S_i(t)",
        .source = "gate: Rueckauer et al. 2017, Frontiers in Neuroscience 11:682; counts: METHODS.md, Max pooling",
        .takes_bias = false};
    return info;
}

void MaxPool::visit(ParameterVisitor& visitor) {
    auto chosen = to_size(rule);
    visitor.choice(rule_info, max_pool_rule_names, chosen);
    rule = static_cast<MaxPoolRule>(chosen);
    visitor.whole(input_height, window.input_height);
    visitor.whole(input_width, window.input_width);
    visitor.whole(kernel_height, window.kernel_height);
    visitor.whole(kernel_width, window.kernel_width);
    visitor.whole(stride_height, window.stride_height);
    visitor.whole(stride_width, window.stride_width);
    visitor.whole(dilation_height, window.dilation_height);
    visitor.whole(dilation_width, window.dilation_width);
    visitor.whole(pad_top, window.pad_top);
    visitor.whole(pad_left, window.pad_left);
}

void MaxPool::compile(CompiledPopulation& population) const {
    population.model.rule = max_pool_rule_names[to_size(rule)];
    population.model.numbers = {{"input_height", window.input_height},
                                {"input_width", window.input_width},
                                {"kernel_height", window.kernel_height},
                                {"kernel_width", window.kernel_width},
                                {"stride_height", window.stride_height},
                                {"stride_width", window.stride_width},
                                {"dilation_height", window.dilation_height},
                                {"dilation_width", window.dilation_width},
                                {"pad_top", window.pad_top},
                                {"pad_left", window.pad_left}};
    population.pool_window = window;
    if (rule == MaxPoolRule::counts)
        population.pooling = std::make_unique<CountsRule>();
    else
        population.pooling = std::make_unique<GateRule>();
}

NeuronModel max_pool_model() { return MaxPool{}; }

}  // namespace syncopate
