#include "tests/support/plain_models.hpp"

#include "core/error.hpp"
#include "core/random/random.hpp"

#include <algorithm>
#include <array>

namespace syncopate {

namespace {

std::uint32_t draw_for(const PlainNeuron& n, Purpose purpose) {
    const DrawSite site{n.key.seed, n.key.sample, n.population, n.neuron, static_cast<std::uint32_t>(n.tick), purpose};
    return purpose == Purpose::firing ? draw_firing(site) : draw(site);
}

/// P(spike) = min(|x| / maximum, 1).
std::int32_t encode_bernoulli(const CompiledModel& model, std::int32_t x, const PlainNeuron& neuron) {
    const Charge maximum = model.numbers.at("maximum"), magnitude = x < 0 ? -Charge{x} : Charge{x};
    if (magnitude == 0) return 0;
    // bits < ⌊2^32 · |x| / maximum⌋, without a draw where it is certain.
    const bool spikes =
        magnitude >= maximum || Charge{draw_for(neuron, Purpose::encoding)} < (magnitude * (Charge{1} << 32)) / maximum;
    return !spikes ? 0 : x < 0 ? -1 : 1;
}

std::int32_t accumulate(const CompiledModel&, Charge& v, Charge current) {
    v += current;
    return 0;
}

/// The test and the reset, after the current has been added.
std::int32_t fire(const CompiledModel& model, Charge& v) {
    const Charge threshold = model.numbers.at("v_threshold");
    if (v < threshold) return 0;
    v = model.numbers.contains("v_reset") ? model.numbers.at("v_reset") : v - threshold;
    return 1;
}

std::int32_t integrate_and_fire(const CompiledModel& model, Charge& v, Charge current) {
    v += current;
    return fire(model, v);
}

/// v · lambda / 2^24 by long multiplication, a decimal digit of v at a time, from the lowest: whole steps and the
/// 2^24ths of a step are kept apart, so that nothing is lost before the one rounding.
std::int32_t leaky_integrate_and_fire(const CompiledModel& model, Charge& v, Charge current) {
    constexpr Charge parts = 16777216;
    const Charge lambda = model.numbers.at("lambda");
    Charge whole = 0, part = 0, rest = v;
    std::vector<Charge> digits;
    for (; rest != 0; rest /= 10) digits.push_back(rest % 10);
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        part = part * 10 + *digit * lambda;
        whole = whole * 10 + part / parts;
        part %= parts;
    }
    // To the nearest, a tie upwards; part has the sign of v.
    if (2 * part >= parts) ++whole;
    if (2 * part < -parts) --whole;
    v = whole + current;
    return fire(model, v);
}

std::int32_t second_phase(const CompiledModel& model, Charge& v, const PlainNeuron& neuron) {
    const Charge threshold = model.numbers.at("v_threshold");
    bool spikes = false;
    if (model.rule == "deterministic") {
        spikes = v + threshold / 2 >= threshold;
    } else {
        const Charge ticks = model.rule == "stochastic" ? neuron.duration - neuron.tick : neuron.duration;
        const double p = static_cast<double>(v) / static_cast<double>(ticks * threshold);
        if (p >= 1.0) spikes = true;
        if (p > 0.0 && p < 1.0) {
            // Both sides times 2^32 / threshold, or times threshold / 2^32 where that is the whole number.
            const Charge most = Charge{1} << 32;
            const Charge left =
                Charge{draw_for(neuron, Purpose::firing)} * ticks * std::max<Charge>(1, threshold / most);
            spikes = left < v * std::max<Charge>(1, most / threshold);
        }
    }
    if (spikes && model.rule != "memoryless") v -= threshold;
    return spikes ? 1 : 0;
}

std::int32_t max_pool(const CompiledModel& model, const std::vector<Charge>& sent,
                      const std::vector<Charge>& arriving) {
    std::vector<Charge> now;
    for (std::size_t i = 0; i < sent.size(); ++i) now.push_back(sent[i] + arriving[i]);
    const Charge largest = *std::ranges::max_element(now);
    if (model.rule == "counts") return static_cast<std::int32_t>(largest - *std::ranges::max_element(sent));
    // Among those that lead, the first that sends something; if none does, the leader is silent.
    for (std::size_t i = 0; i < now.size(); ++i) {
        if (now[i] == largest && arriving[i] != 0) return static_cast<std::int32_t>(arriving[i]);
    }
    return 0;
}

constexpr std::array models = {
    PlainModel{.name = "direct_current"},
    PlainModel{.name = "bernoulli_rate", .encode = encode_bernoulli},
    PlainModel{.name = "integrate_and_fire", .tick = integrate_and_fire},
    PlainModel{.name = "leaky_integrate_and_fire", .tick = leaky_integrate_and_fire},
    PlainModel{.name = "two_phase", .tick = accumulate, .second_tick = second_phase},
    PlainModel{.name = "max_pool", .pool = max_pool},
    PlainModel{.name = "relay"},
    PlainModel{.name = "linear"},
    PlainModel{.name = "read_out", .tick = accumulate},
};

}  // namespace

const PlainModel& plain_model(std::string_view name) {
    const auto found = std::ranges::find(models, name, &PlainModel::name);
    if (found == models.end())
        throw Error("the reference simulator has no \"" + std::string(name) + "\"; write it in plain_models.cpp");
    return *found;
}

std::vector<std::string> plain_model_names() {
    std::vector<std::string> names;
    for (const PlainModel& model : models) names.emplace_back(model.name);
    return names;
}

}  // namespace syncopate
