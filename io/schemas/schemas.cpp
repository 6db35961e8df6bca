#include "io/schemas/schemas.hpp"

#include "core/error.hpp"
#include "core/number_text.hpp"
#include "io/schemas/schema_files.hpp"
#include "neurons/neuron_model.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace syncopate {

namespace {

using Json = nlohmann::ordered_json;

/// Makes the schema of every parameter of a model.
class ParameterSchemas final : public ParameterVisitor {
public:
    ParameterSchemas(Json& properties, Json& required) : properties_(properties), required_(required) {}

    void number(const ParameterInfo& info, double& value) override {
        add(info, number_text(value), {{"type", "number"}}, true);
    }
    void number(const ParameterInfo& info, std::optional<double>&) override {
        add(info, {}, {{"type", {"number", "null"}}}, true);
    }
    void numbers(const ParameterInfo& info, std::vector<double>&) override {
        add(info, {}, {{"$ref", info.is_above_least ? "#/$defs/positive" : "#/$defs/numbers"}}, false);
    }
    void whole(const ParameterInfo& info, std::int32_t& value) override {
        add(info, std::to_string(value), {{"type", "integer"}}, true);
    }
    void choice(const ParameterInfo& info, std::span<const std::string_view> names, std::size_t&) override {
        add(info, {}, {{"enum", Json(std::vector<std::string>(names.begin(), names.end()))}}, false);
    }
    void rule(const ParameterInfo& info, Rearrangement&) override {
        add(info, {}, {{"type", "string"}, {"pattern", rearrangement_pattern()}}, false);
    }

private:
    void add(const ParameterInfo& info, const std::string& otherwise, const Json& type, bool has_range) {
        std::string description(info.help);
        if (!info.unit.empty()) description += ", in " + std::string(info.unit);
        if (!info.is_required && !otherwise.empty()) description += "; default " + otherwise;
        Json schema = {{"description", description + "."}};
        schema.update(type);
        if (has_range && !std::isinf(info.least))
            schema[info.is_above_least ? "exclusiveMinimum" : "minimum"] = as_json(info.least);
        if (has_range && !std::isinf(info.most)) schema["maximum"] = as_json(info.most);
        properties_[std::string(info.name)] = schema;
        if (info.is_required) required_.push_back(info.name);
    }
    static Json as_json(double value) {
        return value == std::floor(value) ? Json(static_cast<std::int64_t>(value)) : Json(value);
    }

    Json& properties_;
    Json& required_;
};

/// A population of one model. `common`: what populations of all models have.
Json population_schema(const NeuronModel& model, Json common) {
    Json& properties = common["properties"];
    common["description"] = std::string(model.info().sentence) + ".";
    properties["model"] = {{"const", model.info().name}};
    if (!model.info().takes_bias) properties.erase("bias");
    ParameterSchemas parameters(properties, common["required"]);
    model.show(parameters);
    common["additionalProperties"] = false;
    return common;
}

std::string with_models(std::string_view text) {
    Json schema = Json::parse(text);
    Json& population = schema["$defs"]["population"];
    Json models = Json::array();
    for (const NeuronModel& model : neuron_models()) models.push_back(population_schema(model, population));
    population = {{"description", "A population, of one of the models."}, {"oneOf", std::move(models)}};
    return schema.dump(2) + "\n";
}

/// What `inspect` says of a network names the same models.
std::string with_model_names(std::string_view text) {
    Json schema = Json::parse(text);
    Json names = Json::array();
    for (const NeuronModel& model : neuron_models()) names.push_back(model.info().name);
    schema["properties"]["populations"]["items"]["properties"]["model"]["enum"] = std::move(names);
    return schema.dump(2) + "\n";
}

}  // namespace

std::vector<std::string_view> schema_names() {
    std::vector<std::string_view> names;
    for (const SchemaFile& file : schema_files()) names.push_back(file.name);
    return names;
}

std::string schema_text(std::string_view name) {
    const auto file = std::ranges::find(schema_files(), name, &SchemaFile::name);
    if (file == schema_files().end()) {
        std::string names;
        for (const std::string_view known : schema_names()) names += (names.empty() ? "" : ", ") + std::string(known);
        throw UsageError("schema \"" + std::string(name) + "\": no such format; there are " + names);
    }
    if (name == "network") return with_models(file->text);
    return name == "inspect" ? with_model_names(file->text) : std::string(file->text);
}

}  // namespace syncopate
