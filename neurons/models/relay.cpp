#include "neurons/models/relay.hpp"

namespace syncopate {

namespace {

constexpr ParameterInfo rule_info = {
    .name = "rule", .unit = {}, .help = "How the spikes of a window are rearranged", .is_required = true};

}  // namespace

const ModelInfo& Relay::info() {
    static constexpr ModelInfo info = {
        .name = "relay",
        .role = PopulationRole::relay,
        .sentence = "Withholds the window of its one source and sends the spikes again, rearranged, in the next one",
        .equation = "train of window w + 1 = rule(train of window w)",
        .source = "Bojkovic, Wu and Gu 2025, ICML, arXiv 2502.14487",
        .holds_window = true,
        .takes_bias = false};
    return info;
}

void Relay::visit(ParameterVisitor& visitor) { visitor.rule(rule_info, rule); }

void Relay::compile(CompiledPopulation& population) const {
    population.model.rule = to_string(rule);
    population.rearrangement = rule.rule();
}

NeuronModel relay_model() { return Relay{}; }

}  // namespace syncopate
