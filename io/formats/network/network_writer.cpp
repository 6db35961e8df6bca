#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/new_file.hpp"
#include "io/files/sha256.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/network/safetensors.hpp"
#include "io/json/json_shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <set>

namespace syncopate {

namespace {

constexpr std::size_t longest_list = 16;  // longer lists of numbers go to the tensor file
constexpr std::size_t largest_json = 16 << 20;

std::string text_of(const std::string& text) { return json_quoted(text); }
std::string text_of(const Extent& extent) {
    return "[" + std::to_string(extent.height) + "," + std::to_string(extent.width) + "]";
}
std::string text_of(const Shape& shape) { return json_text(shape); }
template <typename Items>
std::string list_of(const Items& items, const char* separator = ",") {
    std::string text;
    for (const auto& item : items) text += (text.empty() ? "" : separator) + text_of(item);
    return text;
}
std::string number_list(const std::vector<double>& values) {
    std::string text;
    for (const double v : values) text += (text.empty() ? "" : ",") + json_number(v);
    return "[" + text + "]";
}

/// `"key":value` members of one object, on one line.
class Members {
public:
    Members& add(std::string_view key, const std::string& value) {
        text_ += (text_.empty() ? "\"" : ", \"") + std::string(key) + "\": " + value;
        return *this;
    }
    std::string object() const { return "{" + text_ + "}"; }

private:
    std::string text_;
};

/// The arrays that go to the tensor file: first the graph's table, in its order, then parameters that are too long for
/// the JSON.
class TensorTable {
public:
    explicit TensorTable(const LayerGraph& graph) {
        for (const Tensor& tensor : graph.tensors) {
            // In double no dimensions overflow, and a product that is rounded is beyond any number of values in memory.
            double count = 1;
            for (const std::int64_t d : tensor.dimensions) count *= static_cast<double>(d);
            const bool is_negative = std::ranges::any_of(tensor.dimensions, [](std::int64_t d) { return d < 0; });
            if (is_negative || count != static_cast<double>(tensor.values.size())) {
                throw Error("tensor \"" + tensor.name + "\" has " + std::to_string(tensor.values.size()) +
                            " values, which do not fit its dimensions");
            }
            views_.push_back({unique(tensor.name), tensor.dimensions, std::span(tensor.values)});
        }
    }

    const std::string& name(TensorId id) const { return views_[to_size(id)].name; }

    /// Reference to a new tensor.
    template <typename Value>
    std::string add(const std::string& name, const std::vector<Value>& values) {
        views_.push_back({unique(name), {static_cast<std::int64_t>(values.size())}, std::span(values)});
        return "{\"tensor\": " + text_of(views_.back().name) + "}";
    }
    /// One number, a short list, or a reference to a new tensor.
    std::string numbers(const std::string& name, const std::vector<double>& values) {
        if (values.size() == 1) return json_number(values.front());
        // JSON has no infinity (a ReLU without cap among capped ones); the tensor file has. Numbers in the JSON are
        // written with the digits that read back as the same bits, so what goes where changes no value.
        const bool is_finite = std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
        if (values.size() <= longest_list && is_finite) return number_list(values);
        // The values are copied, because a model shows a copy of its parameters that ends with the call, and the views
        // are written later. A deque moves none of its vectors when it grows.
        return add(name, kept_.emplace_back(values));
    }

    /// In the order of the file: doubles first, so that every value is aligned.
    std::vector<TensorView> views() const {
        // The data begin at a multiple of 8, doubles are whole multiples of 8, and what follows needs 4. The sort is
        // stable: ids of weights are their places among the float tensors of the file, for the reader too.
        std::vector<TensorView> sorted = views_;
        std::ranges::stable_sort(sorted, {}, [](const TensorView& view) { return view.values.index() != 1; });
        return sorted;
    }

private:
    std::string unique(const std::string& wanted) {
        const std::string base = wanted.empty() ? "tensor" : wanted;
        std::string name = base;
        // Names in the graph may be used twice, keys of a safetensors header may not, and "__metadata__" is reserved
        // there.
        for (int n = 2; name == "__metadata__" || !used_.insert(name).second; ++n)
            name = base + "#" + std::to_string(n);
        return name;
    }

    std::vector<TensorView> views_;  // of the graph, and of what is kept
    std::deque<std::vector<double>> kept_;
    std::set<std::string> used_;
};

struct StageText {
    TensorTable& tensors;
    const std::string& name;  // of the stage, for tensors

    std::string operator()(const Convolution& s) const {
        return Members()
            .add("type", "\"convolution\"")
            .add("input", text_of(s.input))
            .add("output", text_of(s.output))
            .add("kernel", text_of(s.kernel))
            .add("stride", text_of(s.stride))
            .add("dilation", text_of(s.dilation))
            .add("pad", text_of(s.pad))
            .add("groups", std::to_string(s.groups))
            .add("weights", text_of(tensors.name(s.weights)))
            .object();
    }
    std::string operator()(const AveragePool& s) const {
        return Members()
            .add("type", "\"average_pool\"")
            .add("input", text_of(s.input))
            .add("output", text_of(s.output))
            .add("kernel", text_of(s.kernel))
            .add("stride", text_of(s.stride))
            .add("pad", text_of(s.pad))
            .add("pad_end", text_of(s.pad_end))
            .add("count_include_pad", s.count_include_pad ? "true" : "false")
            .object();
    }
    std::string operator()(const Gather& s) const {
        return Members()
            .add("type", "\"gather\"")
            .add("input", text_of(s.input))
            .add("output", text_of(s.output))
            .add("source", tensors.add(name + ".source", s.source))
            .object();
    }
    std::string operator()(const Scale& s) const {
        return Members()
            .add("type", "\"scale\"")
            .add("shape", text_of(s.shape))
            .add("factor", tensors.numbers(name + ".factor", s.factor))
            .object();
    }
};

/// Adds the parameters of a model.
class ParameterWriter final : public ParameterVisitor {
public:
    ParameterWriter(Members& members, TensorTable& tensors, const std::string& population)
        : members_(members), tensors_(tensors), population_(population) {}

    void number(const ParameterInfo& info, double& value) override { add(info, json_number(value)); }
    void number(const ParameterInfo& info, std::optional<double>& value) override {
        add(info, value ? json_number(*value) : "null");
    }
    void numbers(const ParameterInfo& info, std::vector<double>& values) override {
        add(info, tensors_.numbers(population_ + "." + std::string(info.name), values));
    }
    void whole(const ParameterInfo& info, std::int32_t& value) override {
        // A network that does not use the parameter keeps its bytes, and with them the hash by which rasters and
        // studies know it.
        if (value != 0 || !info.is_left_out_at_0) add(info, std::to_string(value));
    }
    void choice(const ParameterInfo& info, std::span<const std::string_view> names, std::size_t& chosen) override {
        add(info, text_of(std::string(names[chosen])));
    }
    void rule(const ParameterInfo& info, Rearrangement& rule) override { add(info, text_of(to_string(rule))); }

private:
    void add(const ParameterInfo& info, const std::string& value) { members_.add(info.name, value); }

    Members& members_;
    TensorTable& tensors_;
    const std::string& population_;
};

void add_activation(Members& members, const Population& population, TensorTable& tensors) {
    if (const auto* relu = std::get_if<AnnRelu>(&population.activation)) {
        const bool is_plain = relu->cap.size() == 1 && std::isinf(relu->cap.front());
        members.add("activation",
                    Members()
                        .add("type", "\"relu\"")
                        .add("cap", is_plain ? "null" : tensors.numbers(population.name + ".cap", relu->cap))
                        .object());
    }
    if (const auto* step = std::get_if<AnnStep>(&population.activation)) {
        members.add("activation",
                    Members()
                        .add("type", "\"step\"")
                        .add("threshold", tensors.numbers(population.name + ".threshold", step->threshold))
                        .add("L", std::to_string(step->levels))
                        .add("shift", json_number(step->shift))
                        .object());
    }
}

std::string population_text(const Population& population, TensorTable& tensors) {
    Members members;
    members.add("name", text_of(population.name));
    members.add("id", std::to_string(population.id)).add("shape", text_of(population.shape));
    members.add("model", text_of(std::string(population.model.info().name)));
    ParameterWriter writer(members, tensors, population.name);
    population.model.show(writer);
    add_activation(members, population, tensors);
    if (!population.bias.empty()) members.add("bias", tensors.add(population.name + ".bias", population.bias));
    if (population.tick_bias) {
        const std::string values = tensors.add(population.name + ".tick_bias", population.tick_bias->values);
        members.add("tick_bias", Members()
                                     .add("T", std::to_string(population.tick_bias->T))
                                     .add("serves_shorter", population.tick_bias->serves_shorter ? "true" : "false")
                                     .add("values", values)
                                     .object());
    }
    return members.add("fraction_bits", std::to_string(population.fraction_bits)).object();
}

std::string projection_text(const LayerGraph& graph, const Projection& projection, TensorTable& tensors) {
    const auto name = [&](PopulationIndex p) -> const std::string& { return graph.populations[p].name; };
    std::string stages;
    for (std::size_t s = 0; s < projection.stages.size(); ++s) {
        const std::string stage_name =
            name(projection.source) + "." + name(projection.target) + "." + std::to_string(s);
        stages +=
            (s == 0 ? "\n      " : ",\n      ") + std::visit(StageText{tensors, stage_name}, projection.stages[s]);
    }
    return Members()
        .add("source", text_of(name(projection.source)))
        .add("target", text_of(name(projection.target)))
        .add("delay", std::to_string(projection.delay))
        .add("stages", "[" + stages + "]")
        .object();
}

std::string preprocessing_text(const Preprocessing& preprocessing) {
    Members members;
    members.add("stated", preprocessing.stated ? "true" : "false")
        .add("scale", json_number(preprocessing.scale))
        .add("mean", number_list(preprocessing.mean))
        .add("std", number_list(preprocessing.std))
        .add("resize", preprocessing.resize ? text_of(*preprocessing.resize) : "null");
    if (preprocessing.shorter_side) members.add("shorter_side", std::to_string(*preprocessing.shorter_side));
    if (preprocessing.center_crop) members.add("center_crop", text_of(*preprocessing.center_crop));
    constexpr std::array ranges = {"\"0:1\"", "\"0:255\"", "\"ready\""};
    if (preprocessing.calibrated_range)
        members.add("calibrated_range", ranges[to_size(*preprocessing.calibrated_range)]);
    return members.object();
}

/// A member of the file whose value is a list with one item a line.
std::string lines(const char* key, const std::string& items) {
    return ",\n  \"" + std::string(key) + "\": [" + (items.empty() ? "" : "\n    " + items + "\n  ") + "]";
}

/// Everything after the "tensors" member. Fills `tensors`.
std::string body_text(const LayerGraph& graph, TensorTable& tensors) {
    const char* separator = ",\n    ";
    std::string populations;
    for (const Population& population : graph.populations) {
        populations += (populations.empty() ? "" : separator) + population_text(population, tensors);
    }
    std::string projections;
    for (const Projection& projection : graph.projections) {
        projections += (projections.empty() ? "" : separator) + projection_text(graph, projection, tensors);
    }
    return ",\n  \"preprocessing\": " + preprocessing_text(graph.preprocessing) + lines("populations", populations) +
           lines("projections", projections) + lines("class_names", list_of(graph.class_names, separator)) +
           lines("notes", list_of(graph.notes, separator)) + "\n}\n";
}

}  // namespace

void write_network(const LayerGraph& graph, const std::filesystem::path& path) {
    std::filesystem::path weights_path = path;
    weights_path.replace_extension(".safetensors");
    if (!path.has_filename() || weights_path == path) {
        throw UsageError(path.string() + ": is where the weights go; name the network file like net.json");
    }
    try {
        validate(graph);
        TensorTable tensors(graph);
        // The order is forced. The body collects the tensors, the weights are written with all of them, and only then
        // is there a hash for the head of the JSON, so the body waits as text.
        const std::string body = body_text(graph, tensors);
        NewFile weights(weights_path);
        write_safetensors(weights.stream(), tensors.views());
        weights.stream().flush();
        const std::string text = "{\n  \"format\": \"syncopate-network/1\",\n  \"tensors\": " +
                                 Members()
                                     .add("file", text_of(weights_path.filename().string()))
                                     .add("sha256", text_of(sha256_of_file(weights.temporary())))
                                     .object() +
                                 body;
        // The reader refuses more; nothing is written that could not be read again.
        if (text.size() > largest_json) throw Error("the JSON would have more than 16 MiB; shorten names and notes");
        NewFile json(path);
        json.stream() << text;
        json.stream().flush();
        // Both are written before either takes its name: a full disk leaves the older pair as it was. Should the
        // program end between the two renames, the older JSON names the hash of weights that are no longer there, and
        // reading refuses the pair.
        if (!weights.stream() || !json.stream()) throw Error("could not be written completely; is the disk full?");
        weights.keep();
        json.keep();
    } catch (const Error& error) {
        // Files that cannot be opened name themselves already.
        const std::string what = error.what();
        throw Error(what.starts_with(path.string()) || what.starts_with(weights_path.string())
                        ? what
                        : path.string() + ": " + what);
    }
}

std::string network_hash(const std::filesystem::path& path) { return sha256_of_file(path); }

}  // namespace syncopate
