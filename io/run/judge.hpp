#pragma once

#include "io/run/asked_ticks.hpp"
#include "io/run/simulation.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace syncopate {

/// Follows the read-out of one sample, adds what it says to the statistics, tells the simulation's listener, and passes
/// everything on to another observer.
class Judge final : public Observer {
public:
    /// `next` may be null. All must outlive the judge.
    Judge(const Simulation& simulation, const Sample& sample, std::int32_t ann_prediction, Observer* next,
          RunStatistics& statistics);

    void read_out(std::size_t population, Tick tick, std::span<const Charge> potential) override;
    bool wants_spikes(std::size_t population) const override {
        return next_ != nullptr && next_->wants_spikes(population);
    }
    void spikes(std::size_t population, const Window& window) override {
        if (next_ != nullptr) next_->spikes(population, window);
    }

    SampleOutcome outcome() && { return std::move(outcome_); }

private:
    void tell_ticks(Tick passed);
    void tell_predictions(std::size_t place, std::int32_t choice, std::span<const double> logits);

    const Simulation& simulation_;
    const Sample& sample_;
    Observer* next_;
    RunStatistics& statistics_;
    SampleOutcome outcome_;
    TickCursor judged_;
    TickCursor predicted_;
    Tick told_ = 0;
    std::vector<std::int32_t> choices_;  // not told yet
    std::vector<double> logits_;
};

}  // namespace syncopate
