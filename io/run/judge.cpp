#include "io/run/judge.hpp"

#include "io/run/classes.hpp"

namespace syncopate {

namespace {

// Pieces for what is told: with 2^20 ticks, a call for each would be a change of a counter that all workers share, and
// a write of a few bytes to the file of predictions, while all logits of a sample at once would be 8 GB with 1,000
// classes. 2^16 numbers are half a megabyte.
constexpr Tick ticks_told_at_once = 64;
constexpr std::size_t logits_told_at_once = 1 << 16;

}  // namespace

Judge::Judge(const Simulation& simulation, const Sample& sample, std::int32_t ann_prediction, Observer* next,
             RunStatistics& statistics)
    : simulation_(simulation),
      sample_(sample),
      next_(next),
      statistics_(statistics),
      judged_(statistics.ticks),
      predicted_(simulation.listener().predicted_ticks) {
    outcome_.ann_prediction = ann_prediction;
}

void Judge::read_out(std::size_t population, Tick tick, std::span<const Charge> potential) {
    if (next_ != nullptr) next_->read_out(population, tick, potential);
    if (population != simulation_.read_out()) return;
    const Tick passed = tick + 1;
    tell_ticks(passed);
    const bool is_last = passed == simulation_.duration();
    const std::optional<std::size_t> judged = judged_.find(passed);
    const std::optional<std::size_t> predicted =
        simulation_.listener().predictions == nullptr ? std::nullopt : predicted_.find(passed);
    // Before anything is computed: of a long window most ticks are asked by nobody.
    if (!judged && !predicted && !is_last) return;
    // By the potentials in fixed point, not by the logits: charge beyond 2^53 steps is rounded when it becomes a
    // floating point number, which could make two classes equal, and then the first would win.
    const std::int32_t best = class_of(potential, simulation_.class_count());
    if (judged) {
        // −1 stands for no class as well as for no label and no ANN, and would agree with itself.
        statistics_.snn_correct[*judged] += best >= 0 && best == sample_.label ? 1 : 0;
        statistics_.agreement[*judged] += best >= 0 && best == outcome_.ann_prediction ? 1 : 0;
    }
    if (!predicted && !is_last) return;
    const std::int32_t bits = simulation_.network().populations[population].fraction_bits;
    std::vector<double> logits;
    for (const Charge v : potential) logits.push_back(from_charge(v, bits) / passed);
    if (predicted) tell_predictions(*predicted, best, logits);
    if (!is_last) return;
    outcome_.prediction = best;
    outcome_.logits = std::move(logits);
}

void Judge::tell_ticks(Tick passed) {
    const auto& ticked = simulation_.listener().ticked;
    if (!ticked || (passed - told_ < ticks_told_at_once && passed < simulation_.duration())) return;
    ticked(passed - told_);
    told_ = passed;
}

void Judge::tell_predictions(std::size_t place, std::int32_t choice, std::span<const double> logits) {
    choices_.push_back(choice);
    logits_.insert(logits_.end(), logits.begin(), logits.end());
    const RunListener& listener = simulation_.listener();
    if (logits_.size() < logits_told_at_once && place + 1 < listener.predicted_ticks.size()) return;
    // What has gathered are neighbours in the list: ticks come in ascending order, and none that was asked for is
    // passed over. The last of the list is T, so nothing is left behind.
    listener.predictions->ticks(sample_, place + 1 - choices_.size(), choices_, logits_);
    choices_.clear();
    logits_.clear();
}

}  // namespace syncopate
