#include "io/files/zip_archive.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_source.hpp"
#include "io/files/new_file.hpp"
#include "io/files/random_access_file.hpp"
#include "io/files/zip_output.hpp"

#include <zip.h>

#include <algorithm>

namespace syncopate {

namespace {

constexpr std::uint64_t most_members = 10000;
constexpr std::uint64_t best_deflate_ratio = 1032;  // zlib's documented limit

struct CloseArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;

struct CloseMember {
    void operator()(zip_file_t* member) const { zip_fclose(member); }
};
using OpenMember = std::unique_ptr<zip_file_t, CloseMember>;

std::string message_of(int code) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string message = zip_error_strerror(&error);
    zip_error_fini(&error);
    return message;
}

Archive open_archive(const std::filesystem::path& path, int flags) {
    int code = 0;
    Archive archive(zip_open(path.c_str(), flags, &code));
    if (!archive) throw Error(path.string() + ": cannot be opened as a zip archive: " + message_of(code));
    return archive;
}

ZipMember member_at(zip_t* archive, std::uint64_t index, const std::string& file) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive, index, 0, &stat) != 0)
        throw Error(file + ": member " + std::to_string(index) + ": " + zip_strerror(archive));
    constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
    if ((stat.valid & needed) != needed)
        throw Error(file + ": member " + std::to_string(index) + " has no name or size: write the archive again");
    ZipMember member{.name = stat.name, .packed_size = stat.comp_size, .size = stat.size, .index = index};
    if (member.size / best_deflate_ratio > member.packed_size)
        throw Error(file + ": member '" + member.name + "' claims to unpack from " +
                    std::to_string(member.packed_size) + " to " + std::to_string(member.size) +
                    " bytes, which is not possible: the archive is damaged");
    return member;
}

OpenMember open_member(zip_t* archive, const ZipMember& member, const std::string& file) {
    OpenMember opened(zip_fopen_index(archive, member.index, 0));
    if (!opened)
        throw Error(file + ": member '" + member.name + "' cannot be unpacked: " + zip_strerror(archive) +
                    "; write it stored or deflated and without encryption");
    return opened;
}

/// Bytes read, fewer than asked for only at the end.
std::size_t read_piece(zip_file_t* opened, std::span<std::byte> piece, const std::string& where) {
    std::size_t done = 0;
    while (done < piece.size()) {
        const zip_int64_t count = zip_fread(opened, piece.data() + done, piece.size() - done);
        if (count < 0) throw Error(where + " is damaged: " + zip_file_strerror(opened) + "; get the file again");
        if (count == 0) break;
        done += to_size(count);
    }
    return done;
}

std::string place(const std::string& file, const ZipMember& member) { return file + ": member '" + member.name + "'"; }

}  // namespace

struct ZipArchive::State {
    Archive archive;
};

ZipArchive::ZipArchive(const std::filesystem::path& path) : name_(path.string()), state_(std::make_unique<State>()) {
    open_file(path);  // its message is clearer where the file is missing or a folder
    state_->archive = open_archive(path, ZIP_RDONLY | ZIP_CHECKCONS);
    const zip_int64_t count = zip_get_num_entries(state_->archive.get(), 0);
    if (count < 0 || static_cast<std::uint64_t>(count) > most_members)
        throw Error(name_ + ": has " + std::to_string(count) + " members, at most " + std::to_string(most_members) +
                    " are read");
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i)
        members_.push_back(member_at(state_->archive.get(), i, name_));
}

ZipArchive::~ZipArchive() = default;

std::vector<std::byte> ZipArchive::first_bytes(const ZipMember& member, std::size_t count) const {
    const OpenMember opened = open_member(state_->archive.get(), member, name_);
    std::vector<std::byte> bytes(to_size(std::min<std::uint64_t>(count, member.size)));
    bytes.resize(read_piece(opened.get(), bytes, place(name_, member)));
    return bytes;
}

std::vector<std::byte> ZipArchive::unpack(const ZipMember& member, std::uint64_t most) const {
    constexpr std::size_t piece = std::size_t{1} << 20U;
    if (member.size > most)
        throw Error(place(name_, member) + " unpacks to " + std::to_string(member.size) + " bytes, at most " +
                    std::to_string(most) + " are unpacked: save it as a file of its own");
    const OpenMember opened = open_member(state_->archive.get(), member, name_);
    std::vector<std::byte> bytes;
    // One byte more than claimed, so that libzip reaches the end and compares the checksum.
    while (bytes.size() <= member.size) {
        const std::size_t done = bytes.size();
        const auto wanted = to_size(std::min<std::uint64_t>(piece, member.size - done + 1));
        bytes.resize(done + wanted);
        const std::size_t count = read_piece(opened.get(), std::span(bytes).subspan(done), place(name_, member));
        bytes.resize(done + count);
        if (count < wanted) break;
    }
    if (bytes.size() != member.size)
        throw Error(place(name_, member) + " is damaged: it claims " + std::to_string(member.size) +
                    " bytes and unpacks to " + (bytes.size() > member.size ? "more" : std::to_string(bytes.size())));
    return bytes;
}

namespace {

/// libzip asks for the pieces as buffer fragments; a part of a file it reads when it writes.
zip_source_t* source_of(zip_t* archive, const ZipInput& member) {
    if (member.part)
        return zip_source_file(archive, member.part->file.c_str(), member.part->offset,
                               static_cast<zip_int64_t>(member.part->length));
    std::vector<zip_buffer_fragment_t> fragments;
    for (const auto piece : member.pieces) {
        // libzip's fragments point to non-const bytes, which it only reads.
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
        auto* bytes = reinterpret_cast<zip_uint8_t*>(const_cast<std::byte*>(piece.data()));
        if (!piece.empty()) fragments.push_back({.data = bytes, .length = piece.size()});
    }
    return zip_source_buffer_fragment(archive, fragments.data(), fragments.size(), 0);
}

void add_member(zip_t* archive, const ZipInput& member, const std::string& file) {
    zip_source_t* source = source_of(archive, member);
    const zip_int64_t index =
        source == nullptr ? -1 : zip_file_add(archive, member.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        if (source != nullptr) zip_source_free(source);
        throw Error(file + ": member '" + member.name + "' cannot be added: " + zip_strerror(archive));
    }
    constexpr zip_uint16_t first_of_january_1980 = (1U << 5U) | 1U;
    const auto position = static_cast<zip_uint64_t>(index);
    const bool is_set = zip_set_file_compression(archive, position, ZIP_CM_STORE, 0) == 0 &&
                        zip_file_set_dostime(archive, position, 0, first_of_january_1980, 0) == 0;
    if (!is_set) throw Error(file + ": member '" + member.name + "' cannot be added: " + zip_strerror(archive));
}

}  // namespace

void write_zip(const std::filesystem::path& path, std::span<const ZipInput> members) {
    NewFile file(path);
    // libzip goes back to write sizes, which a device would not take.
    if (!std::filesystem::is_regular_file(file.temporary()))
        throw Error(path.string() + ": is not a regular file, a zip archive cannot be written there");
    RandomAccessFile bytes(file.temporary(), false);
    ZipOutput output(bytes, path.string());
    for (const auto& member : members) add_member(output.archive(), member, path.string());
    output.close();
    file.keep();
}

}  // namespace syncopate
