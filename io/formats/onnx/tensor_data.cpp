#include "io/formats/onnx/tensor_data.hpp"

#include "core/error.hpp"
#include "io/formats/onnx/model.hpp"

#include "io/formats/onnx/onnx_subset.pb.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <string_view>

namespace syncopate::onnx {

namespace {

static_assert(std::endian::native == std::endian::little, "ONNX stores raw data little-endian");

using syncopate_onnx::TensorProto;

enum DataType : int {
    float32 = 1,
    uint8 = 2,
    int8 = 3,
    uint16 = 4,
    int16 = 5,
    int32 = 6,
    int64 = 7,
    boolean = 9,
    float16 = 10,
    float64 = 11,
    bfloat16 = 16
};

[[noreturn]] void fail(const TensorProto& tensor, const std::string& what) {
    throw Error("tensor " + in_quotes(tensor.name()) + ": " + what);
}

std::int64_t bytes_per_element(const TensorProto& tensor) {
    switch (tensor.data_type()) {
        case uint8:
        case int8:
        case boolean:
            return 1;
        case uint16:
        case int16:
        case float16:
        case bfloat16:
            return 2;
        case float32:
        case int32:
            return 4;
        case int64:
        case float64:
            return 8;
        default:
            fail(tensor, "element type " + std::to_string(tensor.data_type()) +
                             " cannot be read; store parameters as float, double, float16, bfloat16, bool or "
                             "integers of 8 to 64 bits (not uint32, uint64, complex or strings)");
    }
}

float from_bfloat16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U); }

float from_float16(std::uint16_t bits) {
    const std::uint32_t sign = (bits & 0x8000U) << 16U;
    const std::uint32_t exponent = (bits >> 10U) & 0x1FU;
    const std::uint32_t fraction = bits & 0x3FFU;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign != 0 ? -magnitude : magnitude;
    }
    const std::uint32_t widened = exponent == 31U ? 255U : exponent + 112U;
    return std::bit_cast<float>(sign | (widened << 23U) | (fraction << 13U));
}

template <class Stored>
std::vector<Stored> elements(std::string_view bytes) {
    std::vector<Stored> values(bytes.size() / sizeof(Stored));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(Stored));
    return values;
}

template <class Stored>
Constant whole_numbers(std::vector<std::int64_t> dims, std::string_view bytes) {
    const auto stored = elements<Stored>(bytes);
    return integers(std::move(dims), {stored.begin(), stored.end()});
}

Constant half_precision(std::vector<std::int64_t> dims, std::string_view bytes, float (*widen)(std::uint16_t)) {
    const auto stored = elements<std::uint16_t>(bytes);
    std::vector<float> values(stored.size());
    std::transform(stored.begin(), stored.end(), values.begin(), widen);
    return {.dims = std::move(dims), .values = std::move(values)};
}

/// Requires: bytes.size() is the number of elements times their size.
Constant from_bytes(const TensorProto& tensor, std::vector<std::int64_t> dims, std::string_view bytes) {
    switch (tensor.data_type()) {
        case uint8:
        case boolean:
            return whole_numbers<std::uint8_t>(std::move(dims), bytes);
        case int8:
            return whole_numbers<std::int8_t>(std::move(dims), bytes);
        case uint16:
            return whole_numbers<std::uint16_t>(std::move(dims), bytes);
        case int16:
            return whole_numbers<std::int16_t>(std::move(dims), bytes);
        case int32:
            return whole_numbers<std::int32_t>(std::move(dims), bytes);
        case int64:
            return integers(std::move(dims), elements<std::int64_t>(bytes));
        case float16:
            return half_precision(std::move(dims), bytes, from_float16);
        case bfloat16:
            return half_precision(std::move(dims), bytes, from_bfloat16);
        case float64:
            return numbers(std::move(dims), elements<double>(bytes));
        default:
            return {.dims = std::move(dims), .values = elements<float>(bytes)};
    }
}

template <class Result, class Field>
std::vector<Result> checked_field(const TensorProto& tensor, const Field& field, std::int64_t count) {
    if (field.size() != count) {
        fail(tensor, "holds " + std::to_string(field.size()) + " values, its dimensions need " + std::to_string(count));
    }
    return {field.begin(), field.end()};
}

/// The typed fields, which hold the data when `raw_data` does not.
Constant from_fields(const TensorProto& tensor, std::vector<std::int64_t> dims, std::int64_t count) {
    switch (tensor.data_type()) {
        case float32:
            return {.dims = std::move(dims), .values = checked_field<float>(tensor, tensor.float_data(), count)};
        case float64:
            return numbers(std::move(dims), checked_field<double>(tensor, tensor.double_data(), count));
        case int64:
            return integers(std::move(dims), checked_field<std::int64_t>(tensor, tensor.int64_data(), count));
        case float16:
        case bfloat16: {
            const auto stored = checked_field<std::int32_t>(tensor, tensor.int32_data(), count);
            std::vector<float> values(stored.size());
            std::transform(stored.begin(), stored.end(), values.begin(), [&](std::int32_t bits) {
                const auto half = static_cast<std::uint16_t>(bits);
                return tensor.data_type() == float16 ? from_float16(half) : from_bfloat16(half);
            });
            return {.dims = std::move(dims), .values = std::move(values)};
        }
        default:
            return integers(std::move(dims), checked_field<std::int64_t>(tensor, tensor.int32_data(), count));
    }
}

struct ExternalPlace {
    std::string location;
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> length;
};

std::uint64_t parse_number(const TensorProto& tensor, const std::string& key, const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        fail(tensor, "external data " + key + " " + in_quotes(text) + " is not a number of bytes");
    }
    return value;
}

ExternalPlace external_place(const TensorProto& tensor) {
    ExternalPlace place;
    for (const auto& entry : tensor.external_data()) {
        if (entry.key() == "location") place.location = entry.value();
        if (entry.key() == "offset") place.offset = parse_number(tensor, "offset", entry.value());
        if (entry.key() == "length") place.length = parse_number(tensor, "length", entry.value());
    }
    return place;
}

/// The external file, after links are followed; it must lie inside `folder`.
std::filesystem::path confined_path(const TensorProto& tensor, const std::string& location,
                                    const std::filesystem::path& folder) {
    const std::string remedy = "; external data must lie in the model's own folder";
    const std::filesystem::path relative(location);
    const bool climbs = std::find(relative.begin(), relative.end(), "..") != relative.end();
    if (location.empty() || location.find('\0') != std::string::npos || relative.is_absolute() || climbs) {
        fail(tensor, "external file " + in_quotes(location) + " is refused" + remedy);
    }
    std::error_code error;
    const auto root = std::filesystem::canonical(folder, error);
    auto target = std::filesystem::canonical(folder / relative, error);
    if (error || !std::filesystem::is_regular_file(target, error)) {
        fail(tensor, "external file " + in_quotes(location) + " is missing beside the model");
    }
    const auto [mismatch, rest] = std::mismatch(root.begin(), root.end(), target.begin(), target.end());
    if (mismatch != root.end()) {
        fail(tensor, "external file " + in_quotes(location) + " is a link that leaves the folder" + remedy);
    }
    return target;
}

std::string external_bytes(const TensorProto& tensor, std::int64_t size, const std::filesystem::path& folder) {
    const ExternalPlace place = external_place(tensor);
    const auto needed = static_cast<std::uint64_t>(size);
    if (place.length && *place.length != needed) {
        fail(tensor, "external data have " + std::to_string(*place.length) + " bytes, its dimensions need " +
                         std::to_string(needed));
    }
    const auto path = confined_path(tensor, place.location, folder);
    std::error_code error;
    const std::uint64_t available = std::filesystem::file_size(path, error);
    if (error || place.offset > available || needed > available - place.offset) {
        fail(tensor, "external file " + in_quotes(place.location) + " ends before byte " +
                         std::to_string(place.offset) + " + " + std::to_string(needed) + "; is it complete?");
    }
    std::string bytes(needed, '\0');
    std::ifstream stream(path, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(place.offset));
    stream.read(bytes.data(), static_cast<std::streamsize>(needed));
    if (!stream) fail(tensor, "external file " + in_quotes(place.location) + " cannot be read");
    return bytes;
}

Constant decode(const TensorProto& tensor, const std::filesystem::path& folder) {
    constexpr std::int64_t most_elements = std::int64_t{1} << 31;
    std::vector<std::int64_t> dims(tensor.dims().begin(), tensor.dims().end());
    const std::int64_t count = element_count(dims, most_elements);
    if (count < 0 || dims.size() > 16) {
        fail(tensor, "dimensions " + to_string(dims) +
                         " are refused; none may be negative, at most 16, and at most 2^31 elements together");
    }
    const std::int64_t size = count * bytes_per_element(tensor);
    if (tensor.data_location() == 1) return from_bytes(tensor, std::move(dims), external_bytes(tensor, size, folder));
    if (!tensor.has_raw_data()) return from_fields(tensor, std::move(dims), count);
    if (static_cast<std::int64_t>(tensor.raw_data().size()) != size) {
        fail(tensor, "holds " + std::to_string(tensor.raw_data().size()) + " bytes, its dimensions " + to_string(dims) +
                         " need " + std::to_string(size));
    }
    return from_bytes(tensor, std::move(dims), tensor.raw_data());
}

}  // namespace

Constant decode_tensor(const TensorProto& tensor, const std::filesystem::path& folder) {
    Constant constant = decode(tensor, folder);
    constant.element_type = tensor.data_type();
    return constant;
}

}  // namespace syncopate::onnx
