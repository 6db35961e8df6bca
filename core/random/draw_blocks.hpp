#pragma once

#include "core/random/random.hpp"

#include <cstdint>
#include <span>

namespace syncopate {

/// draw_block for many neurons at once, by vector instructions: words[w · neurons.size() + i] is word w of neuron i's
/// block. `site.neuron` is not looked at. Requires: words.size() = 4 · neurons.size().
void draw_blocks(const DrawSite& site, std::span<const std::uint32_t> neurons, std::span<std::uint32_t> words);

}  // namespace syncopate
