#include "io/data/dataset_hash.hpp"

#include "io/files/sha256.hpp"

#include <span>

namespace syncopate {

std::string dataset_hash(const Dataset& dataset) {
    if (dataset.files.size() == 1) return sha256_of_file(dataset.files.front());
    Sha256 hash;
    for (const std::filesystem::path& file : dataset.files) {
        const std::string line = sha256_of_file(file) + "  " + file.filename().string() + "\n";
        hash.update(std::as_bytes(std::span(line)));
    }
    return hash.digest();
}

}  // namespace syncopate
