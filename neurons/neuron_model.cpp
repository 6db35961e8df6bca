#include "neurons/neuron_model.hpp"

#include <bit>

namespace syncopate {

// The models, in the order of the help: a line here, and a file in neurons/models/ that defines NAME_model(), the model
// with its defaults.
#define SYNCOPATE_MODELS(MODEL)                                                                                        \
    MODEL(direct_current)                                                                                              \
    MODEL(bernoulli_rate)                                                                                              \
    MODEL(integrate_and_fire)                                                                                          \
    MODEL(leaky_integrate_and_fire)                                                                                    \
    MODEL(two_phase)                                                                                                   \
    MODEL(max_pool)                                                                                                    \
    MODEL(relay)                                                                                                       \
    MODEL(linear)                                                                                                      \
    MODEL(read_out)

#define SYNCOPATE_DECLARE_MODEL(name) NeuronModel name##_model();
SYNCOPATE_MODELS(SYNCOPATE_DECLARE_MODEL)

namespace {

// Two numbers are the same for a simulation only if all their bits are; a decimal text might round two different ones
// alike, and a study would then share spikes between arms that differ.
std::string bits_of(double value) { return std::to_string(std::bit_cast<std::uint64_t>(value)); }

class CanonicalText final : public ParameterVisitor {
public:
    explicit CanonicalText(std::string_view model) : text_(model) {}
    std::string take() { return std::move(text_); }

    void number(const ParameterInfo& info, double& value) override { add(info, bits_of(value)); }
    void number(const ParameterInfo& info, std::optional<double>& value) override {
        add(info, value ? bits_of(*value) : "none");
    }
    void numbers(const ParameterInfo& info, std::vector<double>& values) override {
        std::string list;
        for (const double value : values) list += bits_of(value) + ",";
        add(info, list);
    }
    void whole(const ParameterInfo& info, std::int32_t& value) override { add(info, std::to_string(value)); }
    void choice(const ParameterInfo& info, std::span<const std::string_view> names, std::size_t& chosen) override {
        add(info, std::string(names[chosen]));
    }
    void rule(const ParameterInfo& info, Rearrangement& rule) override { add(info, to_string(rule)); }

private:
    void add(const ParameterInfo& info, const std::string& value) {
        text_ += " " + std::string(info.name) + "=" + value;
    }

    std::string text_;
};

}  // namespace

NeuronModel::NeuronModel() : NeuronModel(neuron_models().front()) {}

void NeuronModel::compile(CompiledPopulation& population) const {
    population.role = role();
    population.model = {.name = std::string(info().name), .numbers = {}, .rule = {}};
    model_->compile(population);
}

bool is_input(const NeuronModel& model) {
    return model.role() == PopulationRole::constant_current || model.role() == PopulationRole::encoder;
}

bool sends_spikes(const NeuronModel& model) {
    return model.role() == PopulationRole::encoder || model.role() == PopulationRole::neurons ||
           model.role() == PopulationRole::pooling || model.role() == PopulationRole::relay;
}

std::span<const NeuronModel> neuron_models() {
#define SYNCOPATE_MODEL_ENTRY(name) name##_model(),
    static const std::array table = {SYNCOPATE_MODELS(SYNCOPATE_MODEL_ENTRY)};
    return table;
}

std::string canonical_text(const NeuronModel& model) {
    CanonicalText text(model.info().name);
    model.show(text);
    return text.take();
}

}  // namespace syncopate
