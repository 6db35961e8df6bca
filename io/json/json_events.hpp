#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <variant>

namespace syncopate {

/// A JSON value that is neither an object nor an array. Whole numbers above 2^63 − 1 are std::uint64_t.
using JsonScalar = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string>;

/// Receives the parts of a JSON text in the order of the text, so that a large file needs little memory.
/// Throws what it wants, to stop.
class JsonEvents {
public:
    virtual ~JsonEvents() = default;
    virtual void begin_object() = 0;
    virtual void key(std::string name) = 0;
    virtual void end_object() = 0;
    virtual void begin_array() = 0;
    virtual void end_array() = 0;
    virtual void scalar(JsonScalar value) = 0;
};

/// Reads one JSON text to its end.
/// Throws Error naming `name` and the line and column, if it is not JSON.
void parse_json(std::istream& in, const std::string& name, JsonEvents& events);

/// The value as a message shows it; long strings are cut.
std::string to_string(const JsonScalar& value);

/// The text between quotation marks, escaped. Throws Error if it is not UTF-8.
std::string json_quoted(const std::string& text);

/// The shortest decimal that reads back as the same number. Requires: `value` is finite.
std::string json_number(double value);

}  // namespace syncopate
