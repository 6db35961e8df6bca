#pragma once

#include "core/engine/observer.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace syncopate {

/// Keeps every window that a run shows, and what its read-out had.
class WindowKeeper final : public Observer {
public:
    explicit WindowKeeper(std::size_t populations) : windows(populations) {}
    void spikes(std::size_t population, const Window& window) override { windows[population].push_back(window); }
    void read_out(std::size_t, Tick, std::span<const Charge> potential) override {
        potentials.emplace_back(potential.begin(), potential.end());
    }
    std::vector<std::vector<Window>> windows;
    std::vector<std::vector<Charge>> potentials;
};

}  // namespace syncopate
