#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"
#include "io/formats/network/network_file.hpp"
#include "io/formats/network/safetensors.hpp"
#include "io/json/json_shape.hpp"

#include <array>
#include <limits>
#include <map>

namespace syncopate {

namespace {

// Long lists stand in the tensor file, and the writer keeps to this limit, so a longer JSON is no network; it is
// refused before it is read. A short one can still ask for much time or memory, because shapes are mere numbers; hence
// the limits further on.
constexpr std::uint64_t largest_json = 16 << 20;
constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();

Extent read_extent(const JsonCursor& cursor, std::int64_t least, std::int64_t largest = most) {
    if (cursor.size() != 2) cursor.fail("must be two numbers, height and width");
    return {cursor.element(0).integer32(least, largest), cursor.element(1).integer32(least, largest)};
}

Extent read_extent(const JsonCursor& object, const char* key, Extent otherwise) {
    const auto cursor = object.find(key);
    return cursor ? read_extent(*cursor, otherwise.height) : otherwise;  // the default is also the least value
}

/// The tensors of the file beside the JSON, handed out by name.
class TensorFile {
public:
    /// Loads the file that `cursor` (the member "tensors") describes. Throws Error if it is not the one meant.
    TensorFile(const JsonCursor& cursor, const std::filesystem::path& folder) : name_(cursor.where()) {
        cursor.allow_only({"file", "sha256"});
        const JsonCursor file_cursor = cursor.member("file");
        const std::string& file = file_cursor.string();
        // A network file comes from anywhere and may not make the reader open any file of the machine, of which its
        // messages would tell. A backslash parts folders on Windows, and the system ends a name at a NUL.
        if (file.empty() || file == "." || file == ".." || file.find_first_of("/\\") != std::string::npos ||
            file.find('\0') != std::string::npos) {
            file_cursor.fail("must be the name of a file in the folder of this one");
        }
        StoredTensors stored = read_safetensors(folder / file);
        const JsonCursor hash = cursor.member("sha256");
        if (hash.string() != stored.sha256) {
            hash.fail("but " + file + " has " + stored.sha256 +
                      "; the two files do not belong together, convert again");
        }
        // Float tensors are weights, and their places in the file are their ids. Several convolutions may share one, so
        // they stay in a table; parameters are moved out to the one place that uses them.
        for (StoredTensor& tensor : stored.tensors) {
            const std::string name = tensor.name;
            if (auto* weights = std::get_if<std::vector<float>>(&tensor.values)) {
                weights_.emplace(name, static_cast<TensorId>(table_.size()));
                table_.push_back({tensor.name, std::move(tensor.dimensions), std::move(*weights)});
            } else {
                parameters_.emplace(name, std::move(tensor));
            }
        }
    }

    std::vector<Tensor> take_table() { return std::move(table_); }

    TensorId weights(const JsonCursor& cursor) const {
        const auto found = weights_.find(cursor.string());
        if (found == weights_.end()) fail_unknown(cursor, "F32");
        return found->second;
    }

    /// The values of {"tensor": name}. Each may be used once, so that a small file cannot ask for much memory.
    template <typename Value>
    std::vector<Value> take(const JsonCursor& reference) {
        reference.allow_only({"tensor"});
        const JsonCursor cursor = reference.member("tensor");
        const auto found = parameters_.find(cursor.string());
        auto* values = found == parameters_.end() ? nullptr : std::get_if<std::vector<Value>>(&found->second.values);
        if (values == nullptr) fail_unknown(cursor, std::is_same_v<Value, double> ? "F64" : "I32");
        std::vector<Value> result = std::move(*values);
        parameters_.erase(found);
        return result;
    }

    /// One number, a list of numbers, or {"tensor": name}.
    std::vector<double> numbers(const JsonCursor& cursor) {
        if (cursor.is_object()) return take<double>(cursor);
        if (cursor.is_array()) return cursor.numbers();
        if (!cursor.is_number()) cursor.fail(R"(must be a number, a list of numbers or {"tensor": name})");
        return {cursor.number()};
    }

private:
    [[noreturn]] void fail_unknown(const JsonCursor& cursor, const std::string& type) const {
        cursor.fail("is no " + type + " tensor of the tensor file that is still unused");
    }

    std::string name_;
    std::vector<Tensor> table_;
    std::map<std::string, TensorId, std::less<>> weights_;
    std::map<std::string, StoredTensor, std::less<>> parameters_;
};

/// Keys that a population of the model may have.
class ParameterNames final : public ParameterVisitor {
public:
    explicit ParameterNames(const NeuronModel& model) {
        if (model.info().takes_bias) names_.insert(names_.end(), {"bias", "tick_bias"});
        model.show(*this);
    }
    const std::vector<std::string_view>& names() const { return names_; }

    void number(const ParameterInfo& info, double&) override { names_.push_back(info.name); }
    void number(const ParameterInfo& info, std::optional<double>&) override { names_.push_back(info.name); }
    void numbers(const ParameterInfo& info, std::vector<double>&) override { names_.push_back(info.name); }
    void whole(const ParameterInfo& info, std::int32_t&) override { names_.push_back(info.name); }
    void choice(const ParameterInfo& info, std::span<const std::string_view>, std::size_t&) override {
        names_.push_back(info.name);
    }
    void rule(const ParameterInfo& info, Rearrangement&) override { names_.push_back(info.name); }

private:
    std::vector<std::string_view> names_ = {"name", "id", "shape", "model", "fraction_bits", "activation"};
};

/// Reads the parameters of a model; what a file leaves out keeps its default.
class ParameterReader final : public ParameterVisitor {
public:
    ParameterReader(const JsonCursor& cursor, TensorFile& tensors) : cursor_(cursor), tensors_(tensors) {}

    void number(const ParameterInfo& info, double& value) override {
        if (const auto cursor = find(info)) value = checked(info, *cursor);
    }
    void number(const ParameterInfo& info, std::optional<double>& value) override {
        if (const auto cursor = find(info)) value = checked(info, *cursor);
    }
    void numbers(const ParameterInfo& info, std::vector<double>& values) override {
        const auto cursor = find(info);
        if (!cursor) return;
        values = tensors_.numbers(*cursor);
        // What stands in the JSON is refused at its path, element by element. Values of the tensor file have no path;
        // the validation of the graph holds them against the same range.
        if (cursor->is_number()) checked(info, *cursor);
        for (std::size_t i = 0; cursor->is_array() && i < cursor->size(); ++i) checked(info, cursor->element(i));
    }
    void whole(const ParameterInfo& info, std::int32_t& value) override {
        if (const auto cursor = find(info))
            value = cursor->integer32(static_cast<std::int64_t>(info.least), static_cast<std::int64_t>(info.most));
    }
    void choice(const ParameterInfo& info, std::span<const std::string_view> names, std::size_t& chosen) override {
        if (const auto cursor = find(info)) chosen = cursor->choice(names);
    }
    void rule(const ParameterInfo& info, Rearrangement& rule) override {
        const auto cursor = find(info);
        if (!cursor) return;
        const std::string& text = cursor->string();
        try {
            rule = parse_rearrangement(text);
        } catch (const Error& error) {
            throw Error(cursor->where() + ": " + error.what());
        }
    }

private:
    std::optional<JsonCursor> find(const ParameterInfo& info) const {
        return info.is_required ? cursor_.member(info.name) : cursor_.find(info.name);
    }
    static double checked(const ParameterInfo& info, const JsonCursor& cursor) {
        const double value = cursor.number();
        if (!info.allows(value)) cursor.fail("must be " + info.range());
        return value;
    }

    const JsonCursor& cursor_;
    TensorFile& tensors_;
};

NeuronModel read_model(const JsonCursor& cursor, TensorFile& tensors) {
    std::vector<std::string_view> names;
    for (const NeuronModel& model : neuron_models()) names.push_back(model.info().name);
    NeuronModel model = neuron_models()[cursor.member("model").choice(names)];
    // Before the parameters are read: a required one whose name is misspelt would else be reported as missing.
    cursor.allow_only(ParameterNames(model).names());
    ParameterReader reader(cursor, tensors);
    model.change(reader);
    return model;
}

/// Values of an activation: one or one a channel, each greater than 0.
std::vector<double> read_levels(const JsonCursor& cursor, TensorFile& tensors, const Shape& shape) {
    std::vector<double> values = tensors.numbers(cursor);
    if (values.size() != 1 && values.size() != to_size(shape.channels)) {
        cursor.fail("has " + std::to_string(values.size()) + " values, must have 1 or " +
                    std::to_string(shape.channels) + " (one a channel)");
    }
    for (const double v : values) {
        // So that NaN, which the tensor file can hold, is refused as well.
        if (!(v > 0.0)) cursor.fail("has the value " + json_number(v) + ", must be greater than 0");
    }
    return values;
}

std::variant<std::monostate, AnnRelu, AnnStep> read_activation(const JsonCursor& cursor, TensorFile& tensors,
                                                               const Shape& shape) {
    if (cursor.member("type").choice({"relu", "step"}) == 0) {
        cursor.allow_only({"type", "cap"});
        AnnRelu relu;
        if (const auto cap = cursor.find("cap")) relu.cap = read_levels(*cap, tensors, shape);
        return relu;
    }
    cursor.allow_only({"type", "threshold", "L", "shift"});
    AnnStep step;
    step.threshold = read_levels(cursor.member("threshold"), tensors, shape);
    step.levels = cursor.member("L").integer32(1, most);
    if (const auto shift = cursor.find("shift")) step.shift = shift->number();
    return step;
}

Population read_population(const JsonCursor& cursor, TensorFile& tensors) {
    Population population;
    population.name = cursor.member("name").string();
    population.shape = read_shape(cursor.member("shape"));
    population.model = read_model(cursor, tensors);
    const auto id = cursor.find("id");
    population.id = id ? static_cast<std::uint32_t>(id->integer(0, std::numeric_limits<std::uint32_t>::max()))
                       : population_id(population.name);
    if (const auto bias = cursor.find("bias")) population.bias = tensors.numbers(*bias);
    if (const auto bias = cursor.find("tick_bias")) {
        bias->allow_only({"T", "serves_shorter", "values"});
        population.tick_bias = TickBias{.T = bias->member("T").integer32(1, 1 << 20),
                                        .serves_shorter = bias->member("serves_shorter").boolean(),
                                        .values = tensors.numbers(bias->member("values"))};
    }
    if (const auto bits = cursor.find("fraction_bits")) {
        population.fraction_bits = bits->integer32(1, 24);
    }
    if (const auto activation = cursor.find("activation")) {
        population.activation = read_activation(*activation, tensors, population.shape);
    }
    return population;
}

/// The first and only reader of a graph; keeps what later parts refer to.
class NetworkReader {
public:
    NetworkReader(const JsonCursor& root, const std::filesystem::path& folder)
        : root_(root), tensors_(root.member("tensors"), folder) {}

    LayerGraph read() {
        // All populations before any projection, because on a cycle a source stands behind its target.
        const JsonCursor populations = root_.member("populations");
        for (std::size_t p = 0; p < populations.size(); ++p) {
            graph_.populations.push_back(read_population(populations.element(p), tensors_));
            positions_.emplace(graph_.populations.back().name, static_cast<std::int32_t>(p));
        }
        const JsonCursor projections = root_.member("projections");
        for (std::size_t p = 0; p < projections.size(); ++p) read_projection(projections.element(p));
        if (const auto preprocessing = root_.find("preprocessing")) read_preprocessing(*preprocessing);
        graph_.class_names = read_texts("class_names");
        graph_.notes = read_texts("notes");
        graph_.tensors = tensors_.take_table();
        return std::move(graph_);
    }

private:
    std::vector<std::string> read_texts(const char* key) const {
        std::vector<std::string> texts;
        const auto cursor = root_.find(key);
        for (std::size_t i = 0; cursor && i < cursor->size(); ++i) texts.push_back(cursor->element(i).string());
        return texts;
    }

    std::int32_t position(const JsonCursor& cursor) const {
        const auto found = positions_.find(cursor.string());
        if (found != positions_.end()) return found->second;
        std::vector<std::string_view> names;
        for (const Population& population : graph_.populations) names.emplace_back(population.name);
        const std::string_view near = nearest_name(cursor.string(), names);
        cursor.fail(near.empty() ? "is no population of this network"
                                 : "is no population; did you mean \"" + std::string(near) + "\"?");
    }

    void read_projection(const JsonCursor& cursor) {
        cursor.allow_only({"source", "target", "delay", "stages"});
        Projection projection;
        projection.source = position(cursor.member("source"));
        projection.target = position(cursor.member("target"));
        if (const auto delay = cursor.find("delay")) projection.delay = delay->integer32(0, 1 << 20);
        const auto stages = cursor.find("stages");
        for (std::size_t s = 0; stages && s < stages->size(); ++s)
            projection.stages.push_back(read_stage(stages->element(s)));
        graph_.projections.push_back(std::move(projection));
    }

    LinearStage read_stage(const JsonCursor& cursor) {
        using Read = LinearStage (NetworkReader::*)(const JsonCursor&);
        static constexpr std::array<std::string_view, 4> names = {"convolution", "average_pool", "gather", "scale"};
        static constexpr std::array<Read, 4> readers = {&NetworkReader::read_convolution, &NetworkReader::read_pool,
                                                        &NetworkReader::read_gather, &NetworkReader::read_scale};
        return (this->*readers[cursor.member("type").choice(names)])(cursor);
    }

    LinearStage read_scale(const JsonCursor& cursor) {
        cursor.allow_only({"type", "shape", "factor"});
        return Scale{read_shape(cursor.member("shape")), tensors_.numbers(cursor.member("factor"))};
    }

    LinearStage read_gather(const JsonCursor& cursor) {
        cursor.allow_only({"type", "input", "output", "source"});
        return Gather{read_shape(cursor.member("input")), read_shape(cursor.member("output")),
                      tensors_.take<std::int32_t>(cursor.member("source"))};
    }

    LinearStage read_convolution(const JsonCursor& cursor) {
        cursor.allow_only({"type", "input", "output", "kernel", "stride", "dilation", "pad", "groups", "weights"});
        Convolution stage;
        stage.input = read_shape(cursor.member("input"));
        stage.output = read_shape(cursor.member("output"));
        stage.kernel = read_extent(cursor.member("kernel"), 1);
        stage.stride = read_extent(cursor, "stride", {1, 1});
        stage.dilation = read_extent(cursor, "dilation", {1, 1});
        stage.pad = read_extent(cursor, "pad", {0, 0});
        if (const auto groups = cursor.find("groups")) stage.groups = groups->integer32(1, most);
        stage.weights = tensors_.weights(cursor.member("weights"));
        return stage;
    }

    LinearStage read_pool(const JsonCursor& cursor) {
        cursor.allow_only({"type", "input", "output", "kernel", "stride", "pad", "pad_end", "count_include_pad"});
        AveragePool stage;
        stage.input = read_shape(cursor.member("input"));
        stage.output = read_shape(cursor.member("output"));
        stage.kernel = read_extent(cursor.member("kernel"), 1);
        stage.stride = read_extent(cursor, "stride", {1, 1});
        stage.pad = read_extent(cursor, "pad", {0, 0});
        stage.pad_end = read_extent(cursor, "pad_end", {0, 0});
        if (const auto counted = cursor.find("count_include_pad")) stage.count_include_pad = counted->boolean();
        // A pool takes no weights from the file, so a line of text can ask for 2^30 rows, and validation goes along all
        // rows and columns. The limit is on their sum, because there may be thousands of such lines.
        pool_border_ += std::int64_t{stage.output.height} + stage.output.width;
        if (pool_border_ > (1 << 24)) cursor.fail("the pooling stages together have more than 2^24 rows and columns");
        return stage;
    }

    void read_preprocessing(const JsonCursor& cursor) {
        cursor.allow_only(
            {"stated", "scale", "mean", "std", "resize", "shorter_side", "center_crop", "calibrated_range"});
        Preprocessing& preprocessing = graph_.preprocessing;
        if (const auto stated = cursor.find("stated")) preprocessing.stated = stated->boolean();
        if (const auto scale = cursor.find("scale")) preprocessing.scale = scale->positive_number();
        if (const auto mean = cursor.find("mean")) preprocessing.mean = mean->numbers();
        if (const auto std = cursor.find("std")) preprocessing.std = std->numbers();
        if (const auto resize = cursor.find("resize")) preprocessing.resize = read_extent(*resize, 1, 1 << 16);
        if (const auto side = cursor.find("shorter_side")) preprocessing.shorter_side = side->integer32(1, 1 << 16);
        if (const auto range = cursor.find("calibrated_range"))
            preprocessing.calibrated_range = static_cast<InputRange>(range->choice({"0:1", "0:255", "ready"}));
        if (const auto crop = cursor.find("center_crop")) preprocessing.center_crop = read_extent(*crop, 1, 1 << 16);
    }

    JsonCursor root_;
    TensorFile tensors_;
    LayerGraph graph_;
    std::map<std::string, std::int32_t, std::less<>> positions_;
    std::int64_t pool_border_ = 0;  // validation walks along it
};

}  // namespace

LayerGraph read_network(const std::filesystem::path& path) {
    const JsonValue document = read_json(path, largest_json);
    const JsonCursor root(document, path.string());
    // The format before the keys: a file of another version is refused as that, not for the first key that is new in
    // it.
    if (root.is_object()) root.member("format").choice({"syncopate-network/1"});
    root.allow_only({"format", "tensors", "preprocessing", "populations", "projections", "class_names", "notes"});
    LayerGraph graph = NetworkReader(root, path.parent_path()).read();
    try {
        validate(graph);
    } catch (const Error& error) {
        throw Error(path.string() + ": " + error.what());
    }
    return graph;
}

}  // namespace syncopate
