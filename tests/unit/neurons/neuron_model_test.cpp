#include "neurons/neuron_model.hpp"

#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/two_phase.hpp"
#include "neurons/neuron_choice.hpp"
#include "tests/support/lone_population.hpp"
#include "tests/support/plain_models.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace syncopate;

namespace {

/// Changes the one parameter whose turn it is, and looks at all of them.
class Changer final : public ParameterVisitor {
public:
    explicit Changer(int turn) : turn_(turn) {}
    int count() const { return count_; }

    void number(const ParameterInfo& info, double& value) override {
        look(info);
        CHECK(info.allows(value));
        if (is_turn()) value = value * 0.5 + 0.125;
    }
    void number(const ParameterInfo& info, std::optional<double>& value) override {
        look(info);
        if (is_turn()) value = value ? std::nullopt : std::optional(0.0);
    }
    void numbers(const ParameterInfo& info, std::vector<double>& values) override {
        look(info);
        CHECK(std::ranges::all_of(values, [&](double v) { return info.allows(v); }));
        if (is_turn()) values.push_back(values.back());
    }
    void whole(const ParameterInfo& info, std::int32_t& value) override {
        look(info);
        CHECK(info.allows(value));
        if (is_turn()) ++value;
    }
    void choice(const ParameterInfo& info, std::span<const std::string_view> names, std::size_t& chosen) override {
        look(info);
        REQUIRE(chosen < names.size());
        if (is_turn()) chosen = (chosen + 1) % names.size();
    }
    void rule(const ParameterInfo& info, Rearrangement& rule) override {
        look(info);
        if (is_turn()) rule = parse_rearrangement("reverse");
    }

private:
    void look(const ParameterInfo& info) {
        CAPTURE(info.name);
        CHECK(!info.name.empty());
        CHECK(!info.help.empty());
    }
    bool is_turn() { return count_++ == turn_; }

    int turn_;
    int count_ = 0;
};

int parameters_of(const NeuronModel& model) {
    Changer counter(-1);
    model.show(counter);
    return counter.count();
}

}  // namespace

TEST_CASE("every model of the table says its name, sentence, equation and source, and no other has its name") {
    std::set<std::string_view> names;
    for (const NeuronModel& model : neuron_models()) {
        CAPTURE(model.info().name);
        CHECK(names.insert(model.info().name).second);
        CHECK(!model.info().sentence.empty());
        CHECK(!model.info().equation.empty());
        CHECK(!model.info().source.empty());
        parameters_of(model);
    }
}

TEST_CASE("the reference simulator has its own version of every model, and of no other") {
    std::vector<std::string> names;
    for (const NeuronModel& model : neuron_models()) names.emplace_back(model.info().name);
    CHECK(names == plain_model_names());
}

TEST_CASE("what a model becomes fits what it says of itself") {
    for (const NeuronModel& model : neuron_models()) {
        const ModelInfo& info = model.info();
        CAPTURE(info.name);
        const CompiledPopulation population = lone_population(model, 16, {2, 3, 4});
        CHECK(population.role == info.role);
        CHECK(population.model.name == info.name);
        CHECK((population.encoder != nullptr) == (info.role == PopulationRole::encoder));
        CHECK((population.rearrangement != nullptr) == (info.role == PopulationRole::relay));
        const bool takes_current = info.role == PopulationRole::neurons || info.role == PopulationRole::linear ||
                                   info.role == PopulationRole::read_out;
        CHECK((population.dynamics != nullptr) == takes_current);
        CHECK(population.holds_window() == info.holds_window);
        CHECK(population.spikes() == sends_spikes(model));
        CHECK((model.thresholds() != nullptr) == (info.role == PopulationRole::neurons));
        const bool is_first_half = info.holds_window && takes_current;
        CHECK((population.second_phase != nullptr) == is_first_half);
        if (takes_current) CHECK(population.dynamics->fires() == (sends_spikes(model) && !is_first_half));
        CHECK((model.rearrangement() != nullptr) == (info.role == PopulationRole::relay));
        CHECK(model.amplitudes().least <= model.amplitudes().most);
        CHECK(info.choices.empty() == (info.role != PopulationRole::neurons));
    }
}

TEST_CASE(
    "a change of any one parameter of any model shows in its canonical text, and a copy does not change with it") {
    for (const NeuronModel& model : neuron_models()) {
        CAPTURE(model.info().name);
        const std::string before = canonical_text(model);
        std::set<std::string> texts = {before};
        for (int turn = 0; turn < parameters_of(model); ++turn) {
            CAPTURE(turn);
            NeuronModel changed = model;
            Changer changer(turn);
            changed.change(changer);
            CHECK(texts.insert(canonical_text(changed)).second);
            CHECK(canonical_text(model) == before);
        }
    }
}

TEST_CASE("a model is told from another by its text also where the parameters are alike") {
    CHECK(canonical_text(IntegrateAndFire{.v_init = 0.0}) != canonical_text(TwoPhase{}));
}

TEST_CASE(
    "every choice names a model that fires, keeps thresholds that are given to it, and is written as it is read") {
    for (const NeuronModel& model : neuron_models()) {
        for (const ModelChoice& choice : model.info().choices) {
            CAPTURE(choice.name);
            const NeuronChoice parsed = parse_neuron_choice(choice.name);
            CHECK(parsed.model().info().name == model.info().name);
            CHECK(parsed.sentence().size() > 20);
            CHECK_FALSE(parsed.sentence().ends_with('.'));
            CHECK(to_string(parsed) == choice.name);
            NeuronModel changed = parsed.model();
            *changed.thresholds() = {0.25, 3.0};
            CHECK(changed.spike_worth() == std::vector<double>{0.25, 3.0});
        }
    }
}

TEST_CASE("a model is found by its type, and by no other") {
    NeuronModel model = TwoPhase{.v_init = 0.75};
    REQUIRE(model.as<TwoPhase>() != nullptr);
    CHECK(model.as<TwoPhase>()->v_init == 0.75);
    CHECK(model.as<IntegrateAndFire>() == nullptr);
    model.as<TwoPhase>()->v_init = 0.5;
    CHECK(std::as_const(model).as<TwoPhase>()->v_init == 0.5);
}

TEST_CASE("a range is told in words, with its unit, and what is no number lies in none") {
    constexpr ParameterInfo bounded = {.name = "x", .unit = "ticks", .help = "h", .least = -1.0, .most = 2.5};
    CHECK(bounded.range() == "between -1 and 2.5 ticks");
    CHECK(bounded.allows(-1.0));
    CHECK(!bounded.allows(2.75));
    CHECK(!bounded.allows(std::numeric_limits<double>::quiet_NaN()));
    constexpr ParameterInfo positive = {.name = "x", .unit = {}, .help = "h", .least = 0.0, .is_above_least = true};
    CHECK(positive.range() == "greater than 0");
    CHECK(!positive.allows(0.0));
    CHECK(!positive.allows(std::numeric_limits<double>::infinity()));
    CHECK(positive.allows(1e-300));
}
