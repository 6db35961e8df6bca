#pragma once

#include "io/json/json_events.hpp"

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace syncopate {

/// A JSON value in memory.
struct JsonValue {
    enum class Kind : std::uint8_t { scalar, array, object };
    Kind kind = Kind::scalar;
    JsonScalar scalar = nullptr;
    std::vector<JsonValue> elements;  // of an array, or the members of an object
    std::vector<std::string> keys;    // of an object, one for each member
};

/// What a file may cost before it is refused.
struct JsonLimits {
    std::size_t values = 1'000'000;
    std::size_t depth = 32;
};

/// Builds the value that the events describe. Refuses, naming file and path, keys given twice and what passes the
/// limits.
class JsonBuilder : public JsonEvents {
public:
    explicit JsonBuilder(std::string where, JsonLimits limits = {});
    void begin_object() override { begin(JsonValue::Kind::object); }
    void key(std::string name) override;
    void end_object() override { open_.pop_back(); }
    void begin_array() override { begin(JsonValue::Kind::array); }
    void end_array() override { open_.pop_back(); }
    void scalar(JsonScalar value) override;

    bool is_complete() const { return has_value_ && open_.empty(); }
    JsonValue take() { return std::move(root_); }

private:
    void begin(JsonValue::Kind kind);
    JsonValue& next();

    std::string where_;
    JsonLimits limits_;
    JsonValue root_;
    std::vector<JsonValue*> open_;  // containers not yet closed; a container grows only while it is the last one
    std::size_t count_ = 0;
    bool has_value_ = false;
};

/// A place in a JSON file that is being read strictly. Every error names file, path, value and what would be right:
/// `net.json: populations[2].v_threshold: -0.5, must be greater than 0`. Refers to a JsonValue that outlives it.
class JsonCursor {
public:
    /// `file` begins every message.
    JsonCursor(const JsonValue& value, std::string file) : value_(&value), file_(std::move(file)) {}

    bool is_null() const;
    bool is_array() const { return value_->kind == JsonValue::Kind::array; }
    bool is_object() const { return value_->kind == JsonValue::Kind::object; }
    bool is_number() const;

    /// Refuses members with other keys, with a did-you-mean. Throws Error also if this is no object.
    void allow_only(std::span<const std::string_view> keys) const;
    void allow_only(std::initializer_list<std::string_view> keys) const { allow_only(std::span(keys)); }
    JsonCursor member(std::string_view key) const;               // throws if absent
    std::optional<JsonCursor> find(std::string_view key) const;  // none if absent or null
    std::size_t size() const;                                    // throws unless an array
    JsonCursor element(std::size_t index) const;

    bool boolean() const;
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    std::int32_t integer32(std::int64_t least, std::int64_t most) const;  // requires that both limits fit
    std::uint64_t unsigned_integer() const;
    double number() const;  // finite
    double positive_number() const;
    std::vector<double> numbers() const;
    const std::string& string() const;

    /// Position of the string in `names`; otherwise an error that lists them or says which was probably meant.
    std::size_t choice(std::span<const std::string_view> names) const;
    std::size_t choice(std::initializer_list<std::string_view> names) const { return choice(std::span(names)); }

    /// "net.json: populations[2].v_threshold".
    std::string where() const { return path_.empty() ? file_ : file_ + ": " + path_; }
    /// Throws Error: where, the value unless it is an object or array, and `remedy`.
    [[noreturn]] void fail(const std::string& remedy) const;

private:
    JsonCursor below(const JsonValue& value, const std::string& step) const;

    const JsonValue* value_;
    std::string file_;
    std::string path_;
};

/// Reads a JSON file of at most `largest` bytes.
/// Throws Error naming the file if it cannot be read, is too large, is not JSON or passes the limits.
JsonValue read_json(const std::filesystem::path& file, std::uint64_t largest, JsonLimits limits = {});

}  // namespace syncopate
