#include "core/random.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

namespace syncopate {

std::uint32_t draw(const DrawSite& site) {
    const r123::Philox4x32::ctr_type counter{
        {site.sample, site.population, site.neuron, site.tick | static_cast<std::uint32_t>(site.purpose) << 24}};
    const r123::Philox4x32::key_type key{
        {static_cast<std::uint32_t>(site.seed), static_cast<std::uint32_t>(site.seed >> 32)}};
    return r123::Philox4x32{}(counter, key)[0];
}

}  // namespace syncopate
