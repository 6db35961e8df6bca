#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace syncopate {

/// One member of a zip archive, as the archive's directory claims it.
struct ZipMember {
    std::string name;
    std::uint64_t packed_size = 0;  // bytes in the archive
    std::uint64_t size = 0;         // bytes unpacked
    std::uint64_t index = 0;
};

/// A zip archive to read from: stored and deflated members, also with 64-bit sizes. Names are never used as paths.
class ZipArchive {
public:
    /// Throws Error naming the file if it is no zip archive, or its directory contradicts itself, names a member twice,
    /// or claims a size that no compression reaches.
    explicit ZipArchive(const std::filesystem::path& path);
    ~ZipArchive();

    const std::vector<ZipMember>& members() const { return members_; }

    /// The first `count` bytes of a member, fewer if it is shorter. Throws Error naming file and member.
    std::vector<std::byte> first_bytes(const ZipMember& member, std::size_t count) const;

    /// The member unpacked, its checksum compared. Memory grows with what was really unpacked.
    /// Throws Error naming file and member if it has more than `most` bytes, or is damaged, encrypted or packed in a
    /// way that is not known.
    std::vector<std::byte> unpack(const ZipMember& member, std::uint64_t most) const;

private:
    struct State;
    std::string name_;
    std::unique_ptr<State> state_;
    std::vector<ZipMember> members_;
};

/// Neighbouring bytes of a file, at least one.
struct FilePart {
    std::filesystem::path file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// A member to be written: its bytes in pieces, or as a part of a file, which must live until the archive is written.
struct ZipInput {
    std::string name;
    std::vector<std::span<const std::byte>> pieces = {};
    std::optional<FilePart> part = {};  // instead of pieces
};

/// Writes a zip archive of stored (uncompressed) members with a fixed date, so the same input gives the same bytes.
/// Throws Error naming the file if it cannot be written; what was there before then stays.
void write_zip(const std::filesystem::path& path, std::span<const ZipInput> members);

}  // namespace syncopate
