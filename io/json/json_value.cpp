#include "io/json/json_value.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "core/nearest_name.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>

namespace syncopate {

namespace {

/// " (did you mean "x"?)" or the names themselves.
std::string advice(std::string_view name, const std::vector<std::string_view>& names) {
    if (const std::string_view near = nearest_name(name, names); !near.empty()) {
        return "did you mean \"" + std::string(near) + "\"?";
    }
    std::string list;
    for (const std::string_view n : names) list += (list.empty() ? "\"" : ", \"") + std::string(n) + "\"";
    return "possible: " + list;
}

}  // namespace

JsonBuilder::JsonBuilder(std::string where, JsonLimits limits) : where_(std::move(where)), limits_(limits) {}

JsonValue& JsonBuilder::next() {
    SYNCOPATE_ASSERT(!is_complete());
    if (++count_ > limits_.values) {
        throw Error(where_ + ": more than " + std::to_string(limits_.values) +
                    " JSON values; this file is not sensible");
    }
    has_value_ = true;
    return open_.empty() ? root_ : open_.back()->elements.emplace_back();
}

void JsonBuilder::begin(JsonValue::Kind kind) {
    if (open_.size() >= limits_.depth) {
        throw Error(where_ + ": nested deeper than " + std::to_string(limits_.depth) + " levels");
    }
    JsonValue& value = next();
    value.kind = kind;
    open_.push_back(&value);
}

void JsonBuilder::key(std::string name) { open_.back()->keys.push_back(std::move(name)); }

void JsonBuilder::scalar(JsonScalar value) { next().scalar = std::move(value); }

bool JsonCursor::is_null() const {
    return value_->kind == JsonValue::Kind::scalar && std::holds_alternative<std::nullptr_t>(value_->scalar);
}

bool JsonCursor::is_number() const {
    return value_->kind == JsonValue::Kind::scalar &&
           (std::holds_alternative<double>(value_->scalar) || std::holds_alternative<std::int64_t>(value_->scalar) ||
            std::holds_alternative<std::uint64_t>(value_->scalar));
}

void JsonCursor::fail(const std::string& remedy) const {
    throw Error(where() + ": " + (value_->kind == JsonValue::Kind::scalar ? to_string(value_->scalar) + ", " : "") +
                remedy);
}

JsonCursor JsonCursor::below(const JsonValue& value, const std::string& step) const {
    JsonCursor cursor(value, file_);
    cursor.path_ = path_.empty() && step.front() == '.' ? step.substr(1) : path_ + step;
    return cursor;
}

void JsonCursor::allow_only(std::span<const std::string_view> keys) const {
    if (!is_object()) fail("must be an object");
    std::set<std::string_view> seen;
    for (const std::string& key : value_->keys) {
        if (!seen.insert(key).second) throw Error(where() + ": " + to_string(JsonScalar(key)) + " is given twice");
        if (std::ranges::find(keys, key) != keys.end()) continue;
        throw Error(where() + ": " + to_string(JsonScalar(key)) + " is not known here; " +
                    advice(key, {keys.begin(), keys.end()}));
    }
}

JsonCursor JsonCursor::member(std::string_view key) const {
    if (!is_object()) fail("must be an object");
    const auto found = std::ranges::find(value_->keys, key);
    if (found == value_->keys.end()) throw Error(where() + ": \"" + std::string(key) + "\" is missing");
    const auto position = to_size(found - value_->keys.begin());
    return below(value_->elements[position], "." + std::string(key));
}

std::optional<JsonCursor> JsonCursor::find(std::string_view key) const {
    if (!is_object()) fail("must be an object");
    if (std::ranges::find(value_->keys, key) == value_->keys.end()) return std::nullopt;
    JsonCursor found = member(key);
    if (found.is_null()) return std::nullopt;
    return found;
}

std::size_t JsonCursor::size() const {
    if (!is_array()) fail("must be a list");
    return value_->elements.size();
}

JsonCursor JsonCursor::element(std::size_t index) const {
    SYNCOPATE_ASSERT(index < size());
    return below(value_->elements[index], "[" + std::to_string(index) + "]");
}

bool JsonCursor::boolean() const {
    if (value_->kind != JsonValue::Kind::scalar || !std::holds_alternative<bool>(value_->scalar)) {
        fail("must be true or false");
    }
    return std::get<bool>(value_->scalar);
}

std::int64_t JsonCursor::integer(std::int64_t least, std::int64_t most) const {
    if (value_->kind == JsonValue::Kind::scalar && std::holds_alternative<std::int64_t>(value_->scalar)) {
        const std::int64_t value = std::get<std::int64_t>(value_->scalar);
        if (value >= least && value <= most) return value;
    }
    fail("must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
}

std::int32_t JsonCursor::integer32(std::int64_t least, std::int64_t most) const {
    return static_cast<std::int32_t>(integer(least, most));
}

std::uint64_t JsonCursor::unsigned_integer() const {
    if (value_->kind == JsonValue::Kind::scalar) {
        if (const auto* large = std::get_if<std::uint64_t>(&value_->scalar)) return *large;
        const auto* value = std::get_if<std::int64_t>(&value_->scalar);
        if (value != nullptr && *value >= 0) return static_cast<std::uint64_t>(*value);
    }
    fail("must be a whole number from 0 to 2^64 - 1");
}

double JsonCursor::number() const {
    if (!is_number()) fail("must be a number");
    if (const auto* integer = std::get_if<std::int64_t>(&value_->scalar)) return static_cast<double>(*integer);
    if (const auto* large = std::get_if<std::uint64_t>(&value_->scalar)) return static_cast<double>(*large);
    const double value = std::get<double>(value_->scalar);
    if (!std::isfinite(value)) fail("must be finite");
    return value;
}

double JsonCursor::positive_number() const {
    const double value = number();
    if (!(value > 0.0)) fail("must be greater than 0");
    return value;
}

std::vector<double> JsonCursor::numbers() const {
    std::vector<double> values(size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const JsonValue& element_value = value_->elements[i];
        const auto* plain = std::get_if<double>(&element_value.scalar);
        const bool is_plain =
            element_value.kind == JsonValue::Kind::scalar && plain != nullptr && std::isfinite(*plain);
        values[i] = is_plain ? *plain : element(i).number();
    }
    return values;
}

const std::string& JsonCursor::string() const {
    if (value_->kind != JsonValue::Kind::scalar || !std::holds_alternative<std::string>(value_->scalar)) {
        fail("must be a text in quotation marks");
    }
    return std::get<std::string>(value_->scalar);
}

std::size_t JsonCursor::choice(std::span<const std::string_view> names) const {
    const auto found = std::ranges::find(names, std::string_view(string()));
    if (found == names.end()) fail("is not known; " + advice(string(), {names.begin(), names.end()}));
    return to_size(found - names.begin());
}

JsonValue read_json(const std::filesystem::path& file, std::uint64_t largest, JsonLimits limits) {
    std::error_code error;
    const std::string name = file.string();
    if (std::filesystem::is_directory(file, error)) throw Error(name + ": is a folder, a JSON file is needed");
    const std::uint64_t bytes = std::filesystem::file_size(file, error);
    if (error) throw Error(name + ": cannot be read: " + error.message());
    if (bytes > largest) {
        throw Error(name + ": has " + std::to_string(bytes) + " bytes, at most " + std::to_string(largest) +
                    " are possible for such a file");
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(name + ": cannot be opened; check its permissions");
    JsonBuilder builder(name, limits);
    parse_json(in, name, builder);
    return builder.take();
}

}  // namespace syncopate
