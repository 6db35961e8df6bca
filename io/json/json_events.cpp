#include "io/json/json_events.hpp"

#include "core/error.hpp"
#include "io/printable.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <istream>
#include <utility>

namespace syncopate {

namespace {

/// Hands the parser's calls on. The parser keeps no stack of our own, so nesting cannot exhaust it.
class Forwarder {
public:
    using Json = nlohmann::json;

    Forwarder(JsonEvents& events, const std::string& name) : events_(events), name_(name) {}

    bool null() { return scalar(nullptr); }
    bool boolean(bool value) { return scalar(value); }
    bool number_integer(Json::number_integer_t value) { return scalar(std::int64_t{value}); }
    bool number_unsigned(Json::number_unsigned_t value) {
        if (std::in_range<std::int64_t>(value)) return scalar(static_cast<std::int64_t>(value));
        return scalar(std::uint64_t{value});
    }
    bool number_float(Json::number_float_t value, const std::string&) { return scalar(value); }
    bool string(std::string& value) { return scalar(std::move(value)); }
    bool binary(Json::binary_t&) { return false; }
    bool start_object(std::size_t) { return events_.begin_object(), true; }
    bool key(std::string& name) { return events_.key(std::move(name)), true; }
    bool end_object() { return events_.end_object(), true; }
    bool start_array(std::size_t) { return events_.begin_array(), true; }
    bool end_array() { return events_.end_array(), true; }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
        std::string what = error.what();
        if (const auto end_of_tag = what.find("] "); end_of_tag != std::string::npos) what.erase(0, end_of_tag + 2);
        throw Error(name_ + ": not valid JSON: " + what.substr(0, 300));
    }

private:
    bool scalar(JsonScalar value) { return events_.scalar(std::move(value)), true; }

    JsonEvents& events_;
    const std::string& name_;
};

/// In quotation marks, cut between two characters if long, without control characters.
std::string shown(const std::string& text) {
    constexpr std::size_t longest = 80;
    std::size_t end = std::min(text.size(), longest);
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    return "\"" + printable(std::string_view(text).substr(0, end)) + (end < text.size() ? "…\"" : "\"");
}

}  // namespace

void parse_json(std::istream& in, const std::string& name, JsonEvents& events) {
    Forwarder forwarder(events, name);
    nlohmann::json::sax_parse(in, &forwarder);
    if (in.bad()) throw Error(name + ": reading failed");
}

std::string to_string(const JsonScalar& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return shown(*text);
    if (const auto* number = std::get_if<double>(&value)) return json_number(*number);
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
    if (const auto* large = std::get_if<std::uint64_t>(&value)) return std::to_string(*large);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
    return "null";
}

std::string json_quoted(const std::string& text) {
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::type_error&) {
        std::string shown;
        for (const char c : text.substr(0, 40)) shown += c >= 32 && c < 127 ? c : '?';
        throw Error("\"" + shown + "\" is not UTF-8 and cannot be written as JSON; rename it");
    }
}

std::string json_number(double value) {
    return nlohmann::json(value).dump();  // digits that read back as the same bits
}

}  // namespace syncopate
