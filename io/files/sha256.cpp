#include "io/files/sha256.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"
#include "io/files/byte_source.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace syncopate {

struct Sha256::State {
    struct Free {
        void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    const bool is_ready =
        state_->context != nullptr && EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1;
    SYNCOPATE_ASSERT(is_ready);
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
    const bool is_taken = EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1;
    SYNCOPATE_ASSERT(is_taken);
}

std::string Sha256::digest() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes = {};
    unsigned int length = 0;
    const bool is_done = EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &length) == 1;
    SYNCOPATE_ASSERT(is_done && length == 32);
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += digits[bytes[i] >> 4U];
        text += digits[bytes[i] & 15U];
    }
    return text;
}

std::string sha256_of_file(const std::filesystem::path& file) {
    constexpr std::uint64_t chunk = 1U << 18U;
    const auto source = open_file(file);
    std::vector<std::byte> buffer(to_size(std::min(chunk, source->size())));
    Sha256 hash;
    for (std::uint64_t offset = 0; offset < source->size(); offset += buffer.size()) {
        const auto length = to_size(std::min<std::uint64_t>(buffer.size(), source->size() - offset));
        const std::span<std::byte> piece(buffer.data(), length);
        source->read(offset, piece);
        hash.update(piece);
    }
    return hash.digest();
}

}  // namespace syncopate
