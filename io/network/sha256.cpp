#include "io/network/sha256.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"

#include <openssl/evp.h>

#include <fstream>
#include <vector>

namespace syncopate {

struct Sha256::State {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    SYNCOPATE_ASSERT(state_->context != nullptr);
    SYNCOPATE_ASSERT(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
    SYNCOPATE_ASSERT(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::digest() {
    std::array<unsigned char, 32> bytes{};
    SYNCOPATE_ASSERT(EVP_DigestFinal_ex(state_->context.get(), bytes.data(), nullptr) == 1);
    std::string text;
    for (const unsigned char b : bytes) {
        text += "0123456789abcdef"[b >> 4];
        text += "0123456789abcdef"[b & 15];
    }
    return text;
}

std::string sha256_of_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(file.string() + ": cannot be opened");
    Sha256 hash;
    std::vector<char> block(1 << 16);
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())), in.gcount() > 0) {
        hash.update(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(in.gcount()))));
    }
    if (in.bad()) throw Error(file.string() + ": reading failed");
    return hash.digest();
}

}  // namespace syncopate
