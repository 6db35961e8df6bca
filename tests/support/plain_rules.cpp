#include "tests/support/plain_rules.hpp"

#include "core/random/random.hpp"
#include "neurons/discrete_gaussian.hpp"

#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace syncopate {

namespace {

/// A rule's words, its draws, and the train that it is applied to.
struct Case {
    std::vector<std::string> words;  // behind the name
    const PlainTrain& train;
    const PlainSite& site;

    int T() const { return static_cast<int>(train.size()); }
    bool has(const std::string& word) const {
        for (const std::string& w : words) {
            if (w == word) return true;
        }
        return false;
    }
    double number() const { return std::stod(words.at(0)); }
    DrawStream draws(std::uint32_t stream) const {
        return DrawStream({.seed = site.key.seed,
                           .sample = has("fixed") ? 0xffffffffu : site.key.sample,
                           .population = site.population,
                           .neuron = stream,
                           .tick = 0,
                           .purpose = Purpose::rearrangement});
    }
    std::vector<int> spikes() const {
        std::vector<int> ticks;
        for (int t = 0; t < T(); ++t) {
            if (at(train, t) != 0) ticks.push_back(t);
        }
        return ticks;
    }
    static std::int32_t at(const PlainTrain& of, int t) { return of.at(static_cast<std::size_t>(t)); }

    /// The spike number k (of n, in order of time, at old tick t) goes to to(t, k, n).
    PlainTrain moved(const std::function<int(int, int, int)>& to) const {
        PlainTrain result(train.size(), 0);
        const std::vector<int> ticks = spikes();
        const int n = static_cast<int>(ticks.size());
        for (int k = 0; k < n; ++k) {
            const int t = ticks.at(static_cast<std::size_t>(k));
            result.at(static_cast<std::size_t>(to(t, k, n))) = at(train, t);
        }
        return result;
    }
};

int modulo(long long a, long long b) { return static_cast<int>(((a % b) + b) % b); }

/// Draws ticks from a bag without putting them back; the last tick of the bag takes the place of the drawn one.
class Bag {
public:
    Bag(int ticks, DrawStream draws) : draws_(draws) {
        for (int t = 0; t < ticks; ++t) bag_.push_back(t);
    }
    int take() {
        const std::size_t place = draws_.below(static_cast<std::uint32_t>(bag_.size()));
        const int taken = bag_.at(place);
        bag_.at(place) = bag_.back();
        bag_.pop_back();
        return taken;
    }

private:
    std::vector<int> bag_;
    DrawStream draws_;
};

PlainTrain permuted(const Case& c) {
    if (!c.has("shared") && !c.has("channel")) {
        Bag bag(c.T(), c.draws(c.site.neuron));
        return c.moved([&](int, int, int) { return bag.take(); });
    }
    // One permutation for all: the tick drawn first is shown last.
    Bag bag(c.T(), c.draws(c.has("shared") ? 0xffffffffu : 0x80000000u + c.site.channel));
    PlainTrain result(c.train.size(), 0);
    for (int t = c.T() - 1; t >= 0; --t) result.at(static_cast<std::size_t>(t)) = Case::at(c.train, bag.take());
    return result;
}

PlainTrain ordered(const Case& c) {
    PlainTrain result;
    std::istringstream order(c.words.at(0));
    for (std::string tick; std::getline(order, tick, '-');) result.push_back(Case::at(c.train, std::stoi(tick)));
    return result;
}

PlainTrain jittered(const Case& c) {
    const DiscreteGaussian gaussian(c.number());
    DrawStream draws = c.draws(c.site.neuron);
    PlainTrain result(c.train.size(), 0);
    for (const int t : c.spikes()) {
        const long long moved = t + static_cast<long long>(gaussian.value(draws.next()));
        const int wanted = static_cast<int>(moved < 0 ? 0 : moved >= c.T() ? c.T() - 1 : moved);
        int best = -1;
        for (int free = 0; free < c.T(); ++free) {
            if (Case::at(result, free) != 0) continue;
            if (best < 0 || std::abs(free - wanted) < std::abs(best - wanted)) best = free;
        }
        result.at(static_cast<std::size_t>(best)) = Case::at(c.train, t);
    }
    return result;
}

PlainTrain swapped(const Case& c) {
    DrawStream draws = c.draws(c.site.neuron);
    PlainTrain result = c.train;
    for (double k = 0; k < c.number() && c.T() > 1; ++k) {
        const std::size_t t = draws.below(static_cast<std::uint32_t>(c.T() - 1));
        const std::int32_t earlier = result.at(t);
        result.at(t) = result.at(t + 1);
        result.at(t + 1) = earlier;
    }
    return result;
}

PlainTrain dropped(const Case& c) {
    DrawStream draws = c.draws(c.site.neuron);
    PlainTrain result = c.train;
    for (const int t : c.spikes()) {
        if (draws.next() < std::floor(c.number() * 4294967296.0)) result.at(static_cast<std::size_t>(t)) = 0;
    }
    return result;
}

PlainTrain inserted(const Case& c) {
    DrawStream draws = c.draws(c.site.neuron);
    PlainTrain result = c.train;
    for (std::int32_t& amplitude : result) {
        const bool is_hit = draws.next() < std::floor(c.number() * 4294967296.0);
        if (is_hit && amplitude == 0) amplitude = 1;
    }
    return result;
}

using PlainRule = std::function<PlainTrain(const Case&)>;

const std::map<std::string, PlainRule>& plain_rules() {
    static const std::map<std::string, PlainRule> rules = {
        {"identity", [](const Case& c) { return c.train; }},
        {"permute", permuted},
        {"order", ordered},
        {"reverse", [](const Case& c) { return PlainTrain(c.train.rbegin(), c.train.rend()); }},
        {"earliest", [](const Case& c) { return c.moved([](int, int k, int) { return k; }); }},
        {"latest", [](const Case& c) { return c.moved([&](int, int k, int n) { return c.T() - (n - k); }); }},
        {"even",
         [](const Case& c) {
             return c.moved([&](int, int k, int n) { return static_cast<int>((2LL * k + 1) * c.T() / (2LL * n)); });
         }},
        {"rotate",
         [](const Case& c) {
             const long long by = c.words.empty() ? 1 : std::stoll(c.words[0]);
             return c.moved([&](int t, int, int) { return modulo(t + by, c.T()); });
         }},
        {"jitter", jittered},
        {"swap", swapped},
        {"drop", dropped},
        {"insert", inserted},
    };
    return rules;
}

}  // namespace

PlainTrain rearranged_plainly(const std::string& rule, const PlainTrain& train, const PlainSite& site) {
    std::vector<std::string> words;
    std::istringstream text(rule);
    for (std::string word; std::getline(text, word, ':');) words.push_back(word);
    const auto found = plain_rules().find(words.at(0));
    if (found == plain_rules().end())
        throw std::logic_error("tests/support/plain_rules.cpp has no version of the rule " + words[0]);
    words.erase(words.begin());
    return found->second({words, train, site});
}

std::vector<std::string> plain_rule_names() {
    std::vector<std::string> names;
    for (const auto& [name, rule] : plain_rules()) names.push_back(name);
    return names;
}

}  // namespace syncopate
