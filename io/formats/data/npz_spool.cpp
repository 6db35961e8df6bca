#include "io/formats/data/npz_spool.hpp"

#include "io/files/zip_archive.hpp"
#include "io/formats/data/npy_header.hpp"

#include <bit>
#include <utility>

namespace syncopate {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie in memory");

namespace {

std::uint64_t element_count(const NpzSpool::Array& array) {
    std::uint64_t count = 1;
    for (const std::int64_t dimension : array.dimensions) count *= static_cast<std::uint64_t>(dimension);
    return count;
}

}  // namespace

double NpzSpool::bytes_of(std::span<const Array> arrays) {
    double bytes = 0.0;
    for (const Array& array : arrays) {
        double own = static_cast<double>(size_of(array.type));
        for (const std::int64_t dimension : array.dimensions) own *= static_cast<double>(dimension);
        bytes += own;
    }
    return bytes;
}

NpzSpool::NpzSpool(const std::filesystem::path& target, std::vector<Array> arrays)
    : target_(target),
      arrays_(std::move(arrays)),
      temporary_(target.string() + ".spool"),
      file_(temporary_.temporary(), false) {
    std::uint64_t end = 0;
    for (const Array& array : arrays_) {
        const std::vector<std::byte> header = npy_header(array.type, array.dimensions);
        file_.write(end, header);
        Region region{.header = end, .data = end + header.size(), .end = 0};
        region.end = region.data + element_count(array) * size_of(array.type);
        end = region.end;
        regions_.push_back(region);
    }
    file_.resize(end);
}

void NpzSpool::write_npz(std::span<const std::size_t> chosen) const {
    std::vector<ZipInput> members;
    for (const std::size_t a : chosen) {
        const Region& region = regions_[a];
        members.push_back({.name = arrays_[a].name + ".npy",
                           .part = FilePart{file_.path(), region.header, region.end - region.header}});
    }
    write_zip(target_, members);
}

}  // namespace syncopate
