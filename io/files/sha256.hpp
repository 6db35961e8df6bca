#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace syncopate {

/// SHA-256 of bytes that come piece by piece.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    void update(std::span<const std::byte> bytes);
    /// 64 hexadecimal digits. Ends the computation.
    std::string digest();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-256 of a file, in 64 hexadecimal digits. Throws Error naming the file if it cannot be read.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace syncopate
