#include "topology/conversion/ann_inference.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "topology/conversion/memory_plan.hpp"

#include <algorithm>
#include <new>
#include <numeric>

namespace syncopate {

namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 36;

std::size_t chosen_batch(std::size_t wanted, std::size_t floats_of_a_sample) {
    constexpr std::size_t comfortable = (std::size_t{32} << 20) / sizeof(float);
    const std::size_t batch = wanted != 0 ? wanted : std::clamp<std::size_t>(comfortable / floats_of_a_sample, 1, 16);
    // Divided, not multiplied: the batch that was asked for may be any number, and its product with the size of a
    // sample could wrap round to something small.
    if (batch > most_bytes / sizeof(float) / floats_of_a_sample) {
        throw Error("inference of " + std::to_string(batch) +
                    " samples at a time needs more than 64 GiB; the network's " + "activations take " +
                    std::to_string(floats_of_a_sample * sizeof(float) >> 20) + " MiB a sample");
    }
    return batch;
}

void add_bias(const std::vector<float>& bias, std::span<float> sample) {
    const std::size_t run_length = sample.size() / bias.size();
    float* value = sample.data();
    for (const float b : bias) {
        for (std::size_t i = 0; i < run_length; ++i) *value++ += b;
    }
}

std::unique_ptr<FloatOperator> make_convolution(const ConvolutionTask& task, Arithmetic arithmetic) {
    auto fast = arithmetic == Arithmetic::fast ? make_fast_convolution(task) : nullptr;
    return fast != nullptr ? std::move(fast) : make_ordered_convolution(task);
}

}  // namespace

AnnInference::AnnInference(const AnnGraph& graph, InferenceOptions options) : graph_(graph) {
    validate(graph);
    for (const NodeIndex node : options.observed) {
        if (node >= graph.nodes.size()) throw UsageError("no node " + std::to_string(node));
    }
    prepare_steps(options);
}

void AnnInference::prepare_steps(const InferenceOptions& options) {
    const std::vector<NodeIndex> needed = needed_nodes(graph_, graph_.output);
    std::vector<bool> in_place(graph_.nodes.size(), false);
    for (const NodeIndex n : needed) {
        const AnnOperator& operation = graph_.nodes[n].operation;
        const auto* linear = std::get_if<AnnLinear>(&operation);
        const bool is_prepared_later = linear != nullptr && std::holds_alternative<Convolution>(linear->stage);
        if (std::holds_alternative<AnnInput>(operation) || is_prepared_later) continue;
        // Operators are made twice. The memory plan asks which run in place, the batch follows from the memory plan,
        // and a convolution is prepared for one batch; so convolutions, none of which runs in place, have to wait. The
        // others hold no weights and cost little to make.
        in_place[n] = make_plain_operator(graph_, graph_.nodes[n])->runs_in_place();
    }
    const MemoryPlan plan = plan_memory(graph_, needed, in_place);
    slot_floats_ = plan.slot_floats;
    batch_ = chosen_batch(options.batch, std::accumulate(slot_floats_.begin(), slot_floats_.end(), std::size_t{0}));
    for (const NodeIndex n : needed) {
        Step step = make_step(n, options.arithmetic);
        for (const NodeIndex input : graph_.nodes[n].inputs) step.inputs.push_back(plan.slot_of[input]);
        step.output = plan.slot_of[n];
        step.is_observed = options.observed.empty() || std::ranges::find(options.observed, n) != options.observed.end();
        // Steps follow each other and leave nothing in the scratch, so the largest need is that of all.
        if (step.operation != nullptr) scratch_bytes_ = std::max(scratch_bytes_, step.operation->scratch_bytes());
        steps_.push_back(std::move(step));
    }
}

AnnInference::Step AnnInference::make_step(NodeIndex n, Arithmetic arithmetic) const {
    const AnnNode& node = graph_.nodes[n];
    Step step;
    step.node = n;
    if (std::holds_alternative<AnnInput>(node.operation)) return step;
    const auto* linear = std::get_if<AnnLinear>(&node.operation);
    if (linear != nullptr) step.bias.assign(linear->bias.size(), 0.0F);
    for (std::size_t i = 0; i < step.bias.size(); ++i) step.bias[i] = static_cast<float>(linear->bias[i]);
    const auto* geometry = linear != nullptr ? std::get_if<Convolution>(&linear->stage) : nullptr;
    if (geometry == nullptr) {
        step.operation = make_plain_operator(graph_, node);
        return step;
    }
    ConvolutionTask task{*geometry, graph_.tensors[to_size(geometry->weights)].values, {}, batch_};
    // With one value a channel the convolution adds the bias while it has the sums at hand; a bias that differs within
    // channels is none that oneDNN knows and takes a pass of its own.
    if (static_cast<std::int32_t>(step.bias.size()) == geometry->output.channels) task.bias = std::move(step.bias);
    step.bias.resize(task.bias.empty() ? step.bias.size() : 0);
    step.operation = make_convolution(task, arithmetic);
    return step;
}

InferenceWorkspace AnnInference::make_workspace() const {
    InferenceWorkspace workspace;
    for (const std::size_t floats : slot_floats_)
        workspace.slots_.push_back(hwy::AllocateAligned<float>(floats * batch_));
    // At least a byte, so that null always means that memory is short.
    workspace.scratch_ = hwy::AllocateAligned<std::byte>(std::max<std::size_t>(scratch_bytes_, 1));
    const bool is_complete = workspace.scratch_ != nullptr &&
                             std::ranges::all_of(workspace.slots_, [](const auto& slot) { return slot != nullptr; });
    if (!is_complete) throw std::bad_alloc();
    // Convolutions compute whole batches, also where a batch was never full.
    for (std::size_t s = 0; s < slot_floats_.size(); ++s)
        std::fill_n(workspace.slots_[s].get(), slot_floats_[s] * batch_, 0.0F);
    return workspace;
}

void AnnInference::run(InferenceWorkspace& workspace, std::span<const float> inputs, std::span<float> outputs,
                       const NodeObserver& observer) const {
    const auto input_size = to_size(graph_.input_shape().size());
    const auto output_size = to_size(graph_.output_shape().size());
    const std::size_t samples = inputs.size() / input_size;
    if (samples * input_size != inputs.size() || samples > batch_ || outputs.size() != samples * output_size) {
        throw UsageError("inference takes at most " + std::to_string(batch_) + " samples of " +
                         std::to_string(input_size) + " values and gives " + std::to_string(output_size) +
                         " for each; given " + std::to_string(inputs.size()) + " values and room for " +
                         std::to_string(outputs.size()));
    }
    // needed_nodes() always has the input as the first node, and the output as the last.
    std::ranges::copy(inputs, workspace.slots_[steps_.front().output].get());
    for (const Step& step : steps_) {
        if (step.operation != nullptr) execute(step, samples, workspace);
        // At once, because a later step may write into the same slot.
        if (observer && step.is_observed) show(step, samples, workspace, observer);
    }
    std::copy_n(workspace.slots_[steps_.back().output].get(), outputs.size(), outputs.data());
}

void AnnInference::execute(const Step& step, std::size_t samples, InferenceWorkspace& workspace) const {
    std::vector<const float*> inputs;
    for (const std::size_t slot : step.inputs) inputs.push_back(workspace.slots_[slot].get());
    float* const output = workspace.slots_[step.output].get();
    step.operation->run({inputs, output, samples, workspace.scratch_.get()});
    if (step.bias.empty()) return;
    const auto size = to_size(graph_.nodes[step.node].shape.size());
    for (std::size_t s = 0; s < samples; ++s) add_bias(step.bias, {output + s * size, size});
}

void AnnInference::show(const Step& step, std::size_t samples, const InferenceWorkspace& workspace,
                        const NodeObserver& observer) const {
    const auto size = to_size(graph_.nodes[step.node].shape.size());
    const float* const values = workspace.slots_[step.output].get();
    for (std::size_t s = 0; s < samples; ++s) observer(step.node, s, {values + s * size, size});
}

}  // namespace syncopate
