#include "io/formats/data/npy_header.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_order.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>

namespace syncopate {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t most_dimensions = 32;

struct Code {
    std::string_view text;
    ElementType type;
};
constexpr std::array<Code, 11> codes = {{{"b1", ElementType::boolean},
                                         {"i1", ElementType::int8},
                                         {"i2", ElementType::int16},
                                         {"i4", ElementType::int32},
                                         {"i8", ElementType::int64},
                                         {"u1", ElementType::uint8},
                                         {"u2", ElementType::uint16},
                                         {"u4", ElementType::uint32},
                                         {"f2", ElementType::float16},
                                         {"f4", ElementType::float32},
                                         {"f8", ElementType::float64}}};

/// Reads the header's grammar, a Python dictionary of three keys:
/// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
class HeaderParser {
public:
    HeaderParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

    ArrayLayout parse() {
        ArrayLayout layout;
        expect('{');
        while (!accept('}')) {
            read_entry(layout);
            if (accept('}')) break;
            expect(',');
        }
        skip_space();
        if (!text_.empty()) fail("has text after its closing brace");
        if (!has_type_ || !has_order_ || !has_shape_) fail("needs the keys 'descr', 'fortran_order' and 'shape'");
        return layout;
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw Error(where_ + ": the .npy header " + what); }

    void skip_space() {
        while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())) != 0) text_.remove_prefix(1);
    }

    bool accept(char wanted) {
        skip_space();
        if (text_.empty() || text_.front() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted))
            fail(std::string("lacks '") + wanted + "' before '" + std::string(text_.substr(0, 20)) + "'");
    }

    std::string_view quoted() {
        const char quote = accept('\'') ? '\'' : '"';
        if (quote == '"') expect('"');
        const std::size_t end = text_.find(quote);
        if (end == std::string_view::npos) fail("has a text without closing quote");
        const std::string_view result = text_.substr(0, end);
        text_.remove_prefix(end + 1);
        return result;
    }

    std::string_view word() {
        skip_space();
        const auto* const end =
            std::ranges::find_if(text_, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
        const std::string_view result = text_.substr(0, to_size(end - text_.begin()));
        text_.remove_prefix(result.size());
        return result;
    }

    void claim(bool& seen, std::string_view key) {
        if (seen) fail("has the key '" + std::string(key) + "' twice");
        seen = true;
    }

    void read_entry(ArrayLayout& layout) {
        const std::string_view key = quoted();
        expect(':');
        if (key == "descr") {
            claim(has_type_, key);
            read_type(layout);
        } else if (key == "fortran_order") {
            claim(has_order_, key);
            const std::string_view value = word();
            if (value != "True" && value != "False") fail("has fortran_order '" + std::string(value) + "'");
            layout.is_fortran = value == "True";
        } else if (key == "shape") {
            claim(has_shape_, key);
            read_shape(layout.dimensions);
        } else {
            fail("has the unknown key '" + std::string(key) + "'");
        }
    }

    void read_type(ArrayLayout& layout) {
        skip_space();
        if (text_.starts_with('[')) fail("describes records: save each field as an array of its own");
        const std::string_view descr = quoted();
        const auto* const code = std::ranges::find(codes, descr.size() == 3 ? descr.substr(1) : "", &Code::text);
        const bool has_order = descr.starts_with('<') || descr.starts_with('>') || descr.starts_with('=');
        const bool is_known =
            code != codes.end() && (has_order || (descr.starts_with('|') && size_of(code->type) == 1));
        const bool is_text = descr.find_first_of("US") != std::string_view::npos || descr.ends_with("O");
        if (is_text)
            fail("has the element type '" + std::string(descr) +
                 "', texts or objects: of labels save the classes' numbers as in training, or, if those were in the "
                 "order "
                 "of the alphabet, numpy.unique(y, return_inverse=True)[1]");
        if (!is_known)
            fail(
                "has the element type '" + std::string(descr) +
                "': read are float16/32/64, int8/16/32/64, uint8/16/32 and bool; convert with x.astype(numpy.float32)");
        layout.type = code->type;
        layout.order = descr.front() == '>' ? std::endian::big : std::endian::little;
    }

    void read_shape(std::vector<std::int64_t>& dimensions) {
        expect('(');
        while (!accept(')')) {
            dimensions.push_back(dimension());
            if (dimensions.size() > most_dimensions) fail("has more than 32 dimensions");
            if (accept(')')) return;
            expect(',');
        }
    }

    std::int64_t dimension() {
        skip_space();
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        if (error != std::errc() || value < 0)
            fail("has the dimension '" + std::string(text_.substr(0, text_.find_first_of(",)"))) + "'");
        text_.remove_prefix(to_size(end - text_.data()));
        accept('L');  // Python 2 wrote long integers so
        return value;
    }

    std::string_view text_;
    const std::string& where_;
    bool has_type_ = false;
    bool has_order_ = false;
    bool has_shape_ = false;
};

}  // namespace

bool is_npy(std::span<const std::byte> start) {
    return start.size() >= magic.size() &&
           std::ranges::equal(start.first(magic.size()), std::as_bytes(std::span(magic)));
}

ArrayLayout parse_npy_header(std::span<const std::byte> start, const std::string& where) {
    if (!is_npy(start)) throw Error(where + ": does not begin as an .npy file does");
    const std::string cut = where + ": ends inside the .npy header: the file is truncated";
    if (start.size() < 10) throw Error(cut);
    const auto version = std::to_integer<int>(start[6]);
    if (version < 1 || version > 3)
        throw Error(where + ": is .npy format " + std::to_string(version) + ", read are formats 1 to 3");
    const std::size_t begin = version == 1 ? 10 : 12;
    if (start.size() < begin) throw Error(cut);
    const std::size_t length = version == 1 ? load_word<std::uint16_t>(&start[8], std::endian::little)
                                            : load_word<std::uint32_t>(&start[8], std::endian::little);
    if (length > largest_npy_header - begin)
        throw Error(where + ": claims an .npy header of " + std::to_string(length) + " bytes, at most " +
                    std::to_string(largest_npy_header - begin) + " are read");
    if (start.size() - begin < length) throw Error(cut);
    const auto* const text = reinterpret_cast<const char*>(start.data() + begin);
    ArrayLayout layout = HeaderParser(std::string_view(text, length), where).parse();
    layout.data_offset = begin + length;
    return layout;
}

std::vector<std::byte> npy_header(ElementType type, std::span<const std::int64_t> dimensions) {
    const auto* const code = std::ranges::find(codes, type, &Code::type);
    return npy_header((size_of(type) == 1 ? "|" : "<") + std::string(code->text), dimensions);
}

std::vector<std::byte> npy_header(const std::string& type, std::span<const std::int64_t> dimensions) {
    std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (";
    for (const std::int64_t dimension : dimensions) text += std::to_string(dimension) + ", ";
    if (dimensions.size() > 1) text.resize(text.size() - 2);
    text += "), }";
    constexpr std::size_t begin = 10;
    const std::size_t whole = (begin + text.size() + 1 + 63) / 64 * 64;
    text.resize(whole - begin - 1, ' ');
    text += '\n';
    std::vector<std::byte> bytes(begin);
    std::ranges::copy(std::as_bytes(std::span(magic)), bytes.begin());
    bytes[6] = std::byte{1};
    store_little_endian(static_cast<std::uint16_t>(text.size()), &bytes[8]);
    std::ranges::copy(std::as_bytes(std::span(text)), std::back_inserter(bytes));
    return bytes;
}

}  // namespace syncopate
