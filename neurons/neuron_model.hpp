#pragma once

#include "core/compiled_network.hpp"
#include "core/population_role.hpp"
#include "neurons/parameter.hpp"

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace syncopate {

class NeuronModel;

/// A name by which options call a model with certain parameters: `--neuron tpp`, `--arms tpp`.
struct ModelChoice {
    std::string_view name;
    std::array<std::string_view, 2> numbers;  // parameters that may stand behind colons, in this order; or empty
    std::string_view sentence;                // what such neurons do, for users
    NeuronModel (*make)();
};

/// What is true of a model whatever its parameters are.
struct ModelInfo {
    std::string_view name;  // as in network files
    PopulationRole role;
    std::string_view sentence;  // for users
    std::string_view equation;  // of a tick
    std::string_view source;    // of the equation
    bool holds_window = false;  // sends nothing before it has its whole window of input, and then in the next window
    bool takes_bias = true;
    std::span<const ModelChoice> choices = {};  // of --neuron and --arms
};

/// Amplitudes that the spikes of a model may have: least … most, without 0.
struct AmplitudeRange {
    std::int32_t least = 1;
    std::int32_t most = 1;
    friend bool operator==(const AmplitudeRange&, const AmplitudeRange&) = default;
};

/// What a model is: a plain struct of its parameters that says what is true of it (ModelInfo), shows them, and makes
/// what the engine runs. It may also have the members that a NeuronModel asks for below; who has none gets the default.
template <class T>
concept Model = requires(const T& model, T& changed, ParameterVisitor& visitor, CompiledPopulation& population) {
    { T::info() } -> std::same_as<const ModelInfo&>;
    changed.visit(visitor);
    model.compile(population);
};

/// Any neuron model with its parameters, as a value. Each model is a file in neurons/models/ and a line of the table in
/// neuron_model.cpp.
class NeuronModel {
public:
    /// The first of the table.
    NeuronModel();
    template <Model T>
    NeuronModel(T model) : model_(std::make_unique<Holder<T>>(std::move(model))) {}  // NOLINT: a model is one
    NeuronModel(const NeuronModel& other) : model_(other.model_->copy()) {}
    NeuronModel(NeuronModel&&) noexcept = default;
    NeuronModel& operator=(NeuronModel other) noexcept {
        model_ = std::move(other.model_);
        return *this;
    }
    ~NeuronModel() = default;

    const ModelInfo& info() const { return model_->info(); }
    PopulationRole role() const { return info().role; }

    /// Shows a copy of the parameters, which ends with the call.
    void show(ParameterVisitor& visitor) const { NeuronModel(*this).change(visitor); }
    /// Shows the parameters themselves.
    void change(ParameterVisitor& visitor) { model_->visit(visitor); }

    /// Whether it draws random numbers.
    bool has_chance() const { return model_->has_chance(); }
    AmplitudeRange amplitudes() const { return model_->amplitudes(); }
    /// What a spike of amplitude 1 is worth in units of the activation: one value, or one for each channel.
    std::vector<double> spike_worth() const { return model_->spike_worth(); }
    /// Of models that fire: the unit of their charge, in units of the activation; else null.
    const std::vector<double>* thresholds() const { return const_cast<NeuronModel*>(this)->thresholds(); }
    std::vector<double>* thresholds() { return model_->thresholds(); }
    /// The power of two by which an input is divided; 0 for others.
    std::int32_t input_exponent() const { return model_->input_exponent(); }
    /// Of pooling neurons; else null.
    const PoolWindow* pool_window() const { return model_->pool_window(); }
    /// Of a relay; else null.
    const Rearrangement* rearrangement() const { return model_->rearrangement(); }
    /// What is wrong with the parameters beyond the range of each, if something is.
    std::optional<std::string> complaint() const { return model_->complaint(); }

    /// Fills in what depends on the model. Requires: name, id, shape and fraction bits are there.
    void compile(CompiledPopulation& population) const;

    /// The parameters, if it is this model; else null.
    template <Model T>
    const T* as() const {
        const auto* holder = dynamic_cast<const Holder<T>*>(model_.get());
        return holder == nullptr ? nullptr : &holder->model;
    }
    template <Model T>
    T* as() {
        return const_cast<T*>(std::as_const(*this).as<T>());
    }

private:
    struct AnyModel {
        virtual ~AnyModel() = default;
        virtual std::unique_ptr<AnyModel> copy() const = 0;
        virtual const ModelInfo& info() const = 0;
        virtual void visit(ParameterVisitor& visitor) = 0;
        virtual bool has_chance() const = 0;
        virtual AmplitudeRange amplitudes() const = 0;
        virtual std::vector<double> spike_worth() const = 0;
        virtual std::vector<double>* thresholds() = 0;
        virtual std::int32_t input_exponent() const = 0;
        virtual const PoolWindow* pool_window() const = 0;
        virtual const Rearrangement* rearrangement() const = 0;
        virtual std::optional<std::string> complaint() const = 0;
        virtual void compile(CompiledPopulation& population) const = 0;
    };

    template <class T>
    struct Holder final : AnyModel {
        explicit Holder(T value) : model(std::move(value)) {}
        std::unique_ptr<AnyModel> copy() const override { return std::make_unique<Holder>(model); }
        const ModelInfo& info() const override { return T::info(); }
        void visit(ParameterVisitor& visitor) override { model.visit(visitor); }
        bool has_chance() const override {
            if constexpr (requires { model.has_chance(); }) return model.has_chance();
            return false;
        }
        AmplitudeRange amplitudes() const override {
            if constexpr (requires { model.amplitudes(); }) return model.amplitudes();
            return {};
        }
        std::vector<double> spike_worth() const override {
            if constexpr (requires { model.spike_worth(); }) return model.spike_worth();
            if constexpr (requires { model.v_threshold; }) return model.v_threshold;
            return {1.0};
        }
        std::vector<double>* thresholds() override {
            if constexpr (requires { model.v_threshold; }) return &model.v_threshold;
            return nullptr;
        }
        std::int32_t input_exponent() const override {
            if constexpr (requires { model.input_exponent; }) return model.input_exponent;
            return 0;
        }
        const PoolWindow* pool_window() const override {
            if constexpr (requires { model.window; }) return &model.window;
            return nullptr;
        }
        const Rearrangement* rearrangement() const override {
            if constexpr (requires { model.rearrangement(); }) return model.rearrangement();
            return nullptr;
        }
        std::optional<std::string> complaint() const override {
            if constexpr (requires { model.complaint(); }) return model.complaint();
            return std::nullopt;
        }
        void compile(CompiledPopulation& population) const override { model.compile(population); }
        T model;
    };

    std::unique_ptr<AnyModel> model_;  // never null, but in what has been moved from
};

/// Whether populations of the model turn the sample into spikes or current.
bool is_input(const NeuronModel& model);
/// Whether they send spikes.
bool sends_spikes(const NeuronModel& model);

/// Every model with the defaults of its parameters, in the order of the table.
std::span<const NeuronModel> neuron_models();

/// What tells two models apart, parameters to the last bit.
std::string canonical_text(const NeuronModel& model);

}  // namespace syncopate
