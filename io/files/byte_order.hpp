#pragma once

#include <bit>
#include <concepts>
#include <cstddef>

namespace syncopate {

/// The unsigned number whose bytes begin at `bytes`, in the stated byte order. Requires: sizeof(Word) bytes are there.
template <std::unsigned_integral Word>
Word load_word(const std::byte* bytes, std::endian order) {
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
        const std::size_t place = order == std::endian::little ? i : sizeof(Word) - 1 - i;
        word = static_cast<Word>(word | static_cast<Word>(std::to_integer<Word>(bytes[i]) << (8 * place)));
    }
    return word;
}

/// Writes the bytes of `word` from `bytes` on, lowest first. Requires: room for sizeof(Word) bytes.
template <std::unsigned_integral Word>
void store_little_endian(Word word, std::byte* bytes) {
    for (std::size_t i = 0; i < sizeof(Word); ++i)
        bytes[i] = static_cast<std::byte>((static_cast<std::uint64_t>(word) >> (8 * i)) & 0xffU);
}

}  // namespace syncopate
