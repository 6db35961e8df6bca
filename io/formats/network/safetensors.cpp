#include "io/formats/network/safetensors.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/sha256.hpp"
#include "io/json/json_value.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <fstream>
#include <set>
#include <sstream>

namespace syncopate {

namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data are little endian");

constexpr std::uint64_t largest_header = 100'000'000;           // the format's own limit
constexpr std::uint64_t largest_file = std::uint64_t{1} << 32;  // 4 GiB, a thousand million weights
constexpr std::int64_t largest_dimension = std::int64_t{1} << 40;

/// A tensor of the header, its place checked against the file.
struct Entry {
    StoredTensor tensor;
    std::size_t type = 0;     // index of the variant
    std::uint64_t count = 0;  // of values
    std::uint64_t begin = 0;  // in the data section, bytes
    std::uint64_t end = 0;
};

const std::array<const char*, 3> type_names = {"F32", "F64", "I32"};  // in the order of the variant
constexpr std::array<std::uint64_t, 3> type_sizes = {4, 8, 4};

std::size_t byte_size(const TensorView& tensor) {
    return std::visit([](auto values) { return values.size_bytes(); }, tensor.values);
}

std::string shape_text(const std::vector<std::int64_t>& dimensions) {
    std::string text;
    for (const std::int64_t d : dimensions) text += (text.empty() ? "" : ",") + std::to_string(d);
    return "[" + text + "]";
}

/// Number of values; for more than any file can hold, that limit and one more.
std::uint64_t element_count(const std::vector<std::int64_t>& dimensions) {
    // Zeros are looked for first: behind one, the quotient below would divide by 0, and before one, large dimensions
    // would be refused although the tensor is empty. With the quotient no product passes 64 bits, nor does this limit
    // times 8 bytes.
    if (std::ranges::find(dimensions, 0) != dimensions.end()) return 0;
    std::uint64_t count = 1;
    for (const std::int64_t d : dimensions) {
        if (static_cast<std::uint64_t>(d) > largest_file / count) return largest_file + 1;
        count *= static_cast<std::uint64_t>(d);
    }
    return count;
}

void resize(StoredTensor& tensor, std::size_t type, std::size_t count) {
    if (type == 0) tensor.values = std::vector<float>(count);
    if (type == 1) tensor.values = std::vector<double>(count);
    if (type == 2) tensor.values = std::vector<std::int32_t>(count);
}

Entry read_entry(const JsonCursor& cursor, const std::string& name, std::uint64_t data_bytes) {
    cursor.allow_only({"dtype", "shape", "data_offsets"});
    Entry result;
    result.tensor.name = name;
    result.type = cursor.member("dtype").choice({"F32", "F64", "I32"});
    const JsonCursor shape = cursor.member("shape");
    for (std::size_t i = 0; i < shape.size(); ++i) {
        result.tensor.dimensions.push_back(shape.element(i).integer(0, largest_dimension));
    }
    const JsonCursor offsets = cursor.member("data_offsets");
    if (offsets.size() != 2) offsets.fail("must be two numbers, begin and end");
    const auto most = static_cast<std::int64_t>(data_bytes);
    result.begin = static_cast<std::uint64_t>(offsets.element(0).integer(0, most));
    result.end = static_cast<std::uint64_t>(offsets.element(1).integer(0, most));
    result.count = element_count(result.tensor.dimensions);
    if (result.end < result.begin || result.end - result.begin != result.count * type_sizes[result.type]) {
        offsets.fail("do not fit shape " + shape_text(result.tensor.dimensions) + " of " + type_names[result.type]);
    }
    return result;
}

std::vector<Entry> read_header(const JsonValue& header, const std::string& file, std::uint64_t data_bytes) {
    const JsonCursor root(header, file);
    if (!root.is_object()) root.fail("the header must be an object");
    std::vector<Entry> entries;
    // JsonBuilder keeps a key that is given twice, and here no list of allowed keys finds it. Of two tensors with one
    // name, it would be chance which one a network means.
    std::set<std::string> names;
    for (std::size_t i = 0; i < header.keys.size(); ++i) {
        const std::string& name = header.keys[i];
        if (!names.insert(name).second)
            throw Error(file + ": tensor " + to_string(JsonScalar(name)) + " is given twice");
        // Reserved by the format for texts of the writer, and no tensor.
        if (name == "__metadata__") continue;
        const std::string where = file + ": tensor " + to_string(JsonScalar(name));
        entries.push_back(read_entry(JsonCursor(header.elements[i], where), name, data_bytes));
    }
    // In the order of the data every tensor must begin where the one before it ends. Then none overlaps another, all
    // sizes together are that of the data, which the file is known to have, and no header can ask for more memory than
    // that. An empty tensor begins where the next one does; its end puts it first.
    std::ranges::stable_sort(entries, {}, [](const Entry& e) { return std::pair(e.begin, e.end); });
    std::uint64_t at = 0;
    for (const Entry& e : entries) {
        if (e.begin != at) {
            throw Error(file + ": tensor " + to_string(JsonScalar(e.tensor.name)) + ": begins at " +
                        std::to_string(e.begin) + ", but the data before it end at " + std::to_string(at) +
                        "; tensors may neither overlap nor leave gaps");
        }
        at = e.end;
    }
    if (at != data_bytes) {
        throw Error(file + ": " + std::to_string(data_bytes - at) + " bytes at the end belong to no tensor");
    }
    return entries;
}

/// Reads exactly `bytes`, which the file was seen to have.
void read_bytes(std::ifstream& in, std::span<std::byte> bytes, Sha256& hash, const std::string& file) {
    // The file may have been cut since its size was asked. What is hashed is what was read, not the file read again:
    // weights and hash cannot come from two states of it.
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (to_size(in.gcount()) != bytes.size()) throw Error(file + ": ends too early; it was cut off");
    hash.update(bytes);
}

}  // namespace

void write_safetensors(std::ostream& out, std::span<const TensorView> tensors) {
    std::string header = "{";
    std::uint64_t at = 0;
    for (const TensorView& tensor : tensors) {
        const std::uint64_t end = at + byte_size(tensor);
        SYNCOPATE_ASSERT(end - at == element_count(tensor.dimensions) * type_sizes[tensor.values.index()]);
        header += (at == 0 && header.size() == 1 ? "" : ",") + json_quoted(tensor.name) + ":{\"dtype\":\"" +
                  type_names[tensor.values.index()] + "\",\"shape\":" + shape_text(tensor.dimensions) +
                  ",\"data_offsets\":[" + std::to_string(at) + "," + std::to_string(end) + "]}";
        at = end;
    }
    header += "}";
    header.resize((header.size() + 7) / 8 * 8, ' ');  // the data begin at a multiple of 8
    // The header is held against its limit first, so that the difference below cannot become negative and wrap round.
    if (header.size() > largest_header || at > largest_file - 8 - header.size()) {
        throw Error("the tensors need " + std::to_string(at) + " bytes, at most 4 GiB are possible");
    }
    const auto length = std::bit_cast<std::array<char, 8>>(static_cast<std::uint64_t>(header.size()));
    out.write(length.data(), 8).write(header.data(), static_cast<std::streamsize>(header.size()));
    for (const TensorView& tensor : tensors) {
        std::visit(
            [&](auto values) {
                out.write(reinterpret_cast<const char*>(values.data()),
                          static_cast<std::streamsize>(values.size_bytes()));
            },
            tensor.values);
    }
}

StoredTensors read_safetensors(const std::filesystem::path& path) {
    const std::string file = path.string();
    std::error_code error;
    // A pipe or a device has no size that could be trusted, and reading it might never end.
    if (!std::filesystem::is_regular_file(path, error)) throw Error(file + ": there is no such file");
    const std::uint64_t bytes = std::filesystem::file_size(path, error);
    if (error) throw Error(file + ": cannot be read: " + error.message());
    if (bytes < 8 || bytes > largest_file) {
        throw Error(file + ": has " + std::to_string(bytes) + " bytes; a safetensors file has between 8 and 2^32");
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) throw Error(file + ": cannot be opened; check its permissions");
    Sha256 hash;
    std::array<std::byte, 8> length{};
    read_bytes(in, length, hash, file);
    const auto header_bytes = std::bit_cast<std::uint64_t>(length);
    if (header_bytes > largest_header || header_bytes > bytes - 8) {
        throw Error(file + ": header of " + std::to_string(header_bytes) +
                    " bytes, must be at most 100 MB and fit in the file (" + std::to_string(bytes) + " bytes)");
    }
    std::string header(to_size(header_bytes), '\0');
    read_bytes(in, std::as_writable_bytes(std::span(header)), hash, file);
    std::istringstream header_text(std::move(header));
    // A header is an object of tensors, each an object with lists: three levels. Whatever is nested deeper is none.
    JsonBuilder builder(file, {.values = 1'000'000, .depth = 3});
    parse_json(header_text, file, builder);
    const JsonValue root = builder.take();
    StoredTensors result;
    // Entries come in the order of the data and without gaps, so the file is read from end to end, without seeking, and
    // the hash on the way is that of the whole file.
    for (Entry& e : read_header(root, file, bytes - 8 - header_bytes)) {
        resize(e.tensor, e.type, to_size(e.count));
        std::visit([&](auto& values) { read_bytes(in, std::as_writable_bytes(std::span(values)), hash, file); },
                   e.tensor.values);
        result.tensors.push_back(std::move(e.tensor));
    }
    result.sha256 = hash.digest();
    return result;
}

}  // namespace syncopate
