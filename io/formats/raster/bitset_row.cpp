#include "io/formats/raster/bitset_row.hpp"

#include "core/error.hpp"
#include "core/index.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace syncopate {

std::string base64(std::span<const unsigned char> row) {
    std::string text((row.size() + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), row.data(), static_cast<int>(row.size()));
    text.pop_back();  // the library's terminating zero
    return text;
}

std::vector<unsigned char> row_from_base64(const std::string& text, std::int64_t count) {
    const std::size_t bytes = row_bytes(count);
    const std::size_t needed = (bytes + 2) / 3 * 4;
    if (text.size() != needed) {
        throw Error(std::to_string(text.size()) + " characters, " + std::to_string(count) + " neurons need " +
                    std::to_string(needed) + " of base64 (or none for a silent tick)");
    }
    std::vector<unsigned char> row(needed / 4 * 3);
    const int decoded =
        EVP_DecodeBlock(row.data(), reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (decoded < 0 || to_size(decoded) != row.size()) throw Error("is not base64");
    row.resize(bytes);
    if (base64(row) != text)
        throw Error("is not base64 of " + std::to_string(bytes) + " bytes");  // the library is lenient
    if (count % 8 != 0 && (row.back() >> (count % 8)) != 0) {
        throw Error("has bits set beyond neuron " + std::to_string(count - 1));
    }
    return row;
}

}  // namespace syncopate
