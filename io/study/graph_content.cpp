#include "io/study/graph_content.hpp"

#include "core/index.hpp"
#include "io/files/sha256.hpp"

#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <variant>

namespace syncopate {

namespace {

/// Hashes values one after the other, each with its type and, of lists, its length, so that no two sequences of values
/// are alike. Structures are taken apart by structured bindings: who adds a member has to say here what becomes of it.
class Content {
public:
    explicit Content(std::span<const Tensor> tensors) : tensors_(tensors) {}
    std::string digest() { return hash_.digest(); }

    template <class T>
    requires std::is_integral_v<T> || std::is_enum_v<T>
    void add(T value) { add_bits('i', static_cast<std::uint64_t>(value)); }
    // The bits, not a text or a comparison: histories are shared only between equal numbers. 0 and −0 differ in bits,
    // which costs at most a run that could have been spared; the other mistake, equal where results differ, cannot
    // happen.
    void add(double value) { add_bits('d', std::bit_cast<std::uint64_t>(value)); }
    void add(const std::string& text) {
        add_bits('s', text.size());
        hash_.update(std::as_bytes(std::span(text)));
    }
    template <class T>
    void add(const std::vector<T>& values) {
        add_bits('v', values.size());
        for (const T& value : values) add(value);
    }
    template <class T>
    void add(const std::optional<T>& value) {
        add_bits('o', value.has_value() ? 1 : 0);
        if (value) add(*value);
    }
    template <class... T>
    void add(const std::variant<T...>& value) {
        add_bits('a', value.index());
        std::visit([this](const auto& v) { add(v); }, value);
    }
    void add(std::monostate) {}

    void add(const Shape& shape) {
        const auto& [channels, height, width] = shape;
        add_all(channels, height, width);
    }
    void add(const Extent& extent) {
        const auto& [height, width] = extent;
        add_all(height, width);
    }
    /// By what it holds: its name and its place in the table decide nothing.
    void add(TensorId id) {
        const auto& [name, dimensions, values] = tensors_[to_size(id)];
        (void)name;
        add(dimensions);
        // Weights go in as one block: element by element, as other lists do, each would take a tag of 16 bytes with it,
        // four times its own size.
        add_bits('f', values.size());
        hash_.update(std::as_bytes(std::span(values)));
    }
    void add(const Convolution& stage) {
        const auto& [input, output, kernel, stride, dilation, pad, groups, weights] = stage;
        add_all(input, output, kernel, stride, dilation, pad, groups, weights);
    }
    void add(const AveragePool& stage) {
        const auto& [input, output, kernel, stride, pad, pad_end, count_include_pad] = stage;
        add_all(input, output, kernel, stride, pad, pad_end, count_include_pad);
    }
    void add(const Gather& stage) {
        const auto& [input, output, source] = stage;
        add_all(input, output, source);
    }
    void add(const Scale& stage) {
        const auto& [shape, factor] = stage;
        add_all(shape, factor);
    }
    void add(const AnnRelu& activation) {
        const auto& [cap] = activation;
        add(cap);
    }
    void add(const AnnStep& activation) {
        const auto& [threshold, levels, shift] = activation;
        add_all(threshold, levels, shift);
    }
    // Each model says itself what its parameters are, by the same list from which network files are written, so a new
    // parameter cannot be forgotten here.
    void add(const NeuronModel& model) { add(canonical_text(model)); }
    void add(const Population& population) {
        const auto& [name, id, shape, model, bias, tick_bias, fraction_bits, activation] = population;
        add_all(name, id, shape, model, bias, tick_bias, fraction_bits, activation);
    }
    void add(const TickBias& bias) {
        const auto& [T, serves_shorter, values] = bias;
        add_all(T, serves_shorter, values);
    }
    /// `source_id`: the population it comes from, whose place in the graph decides nothing.
    void add(const Projection& projection, std::uint32_t source_id) {
        const auto& [source, target, delay, stages] = projection;
        (void)source, (void)target;
        add_all(source_id, delay, stages);
    }
    void add(const Preprocessing& preprocessing) {
        const auto& [scale, mean, std, resize, shorter_side, center_crop, stated, calibrated_range] = preprocessing;
        add_all(scale, mean, std, resize, shorter_side, center_crop, stated, calibrated_range);
    }

private:
    template <class... T>
    void add_all(const T&... values) {
        (add(values), ...);
    }
    void add_bits(char kind, std::uint64_t bits) {
        // Both members have 8 bytes, so the structure has no padding: bytes between members would be hashed too, and
        // have any value.
        const struct { std::uint64_t kind, bits; } item = {static_cast<std::uint64_t>(kind), bits};
        hash_.update(std::as_bytes(std::span(&item, 1)));
    }

    std::span<const Tensor> tensors_;
    Sha256 hash_;
};

}  // namespace

std::vector<std::string> population_contents(const LayerGraph& graph) {
    std::vector<std::string> contents;
    for (std::size_t p = 0; p < graph.populations.size(); ++p) {
        Content content(graph.tensors);
        content.add(graph.populations[p]);
        for (const Projection& projection : graph.projections) {
            // Only what comes in. Where spikes go decides nothing about them, and that is what lets a layer keep its
            // history when a relay is put behind it. Sums do not depend on the order of projections, but the hash does;
            // two orders would merely not be shared.
            if (projection.target == p) content.add(projection, graph.populations[projection.source].id);
        }
        contents.push_back(content.digest());
    }
    return contents;
}

std::string graph_content(const LayerGraph& graph) {
    const auto& [populations, projections, tensors, preprocessing, class_names, notes] = graph;
    (void)populations, (void)projections;  // in the contents
    (void)notes;                           // say where it comes from
    Content content(tensors);
    content.add(population_contents(graph));
    content.add(preprocessing);
    content.add(class_names);
    return content.digest();
}

}  // namespace syncopate
