#pragma once

#include <cstdint>

namespace syncopate {

/// What a population is to the network around it. Neuron models differ in how they compute; the engine, the compiler
/// and reports tell populations apart by nothing but this.
enum class PopulationRole : std::uint8_t {
    constant_current,  // the sample as a current of every tick; sends no spikes
    encoder,           // the sample as spikes
    neurons,           // integrate current and fire
    relay,             // sends the spikes of one other population again
    pooling,           // sends the maximum of spike trains as a spike train
    linear,            // hands the sum of a tick on as a value, within the tick
    read_out,          // integrates current and never fires: an output
};

/// "an input", "a relay", …: what a message calls such a population.
constexpr const char* phrase_of(PopulationRole role) {
    switch (role) {
        case PopulationRole::constant_current:
        case PopulationRole::encoder:
            return "an input";
        case PopulationRole::neurons:
            return "a layer that fires";
        case PopulationRole::relay:
            return "a relay";
        case PopulationRole::pooling:
            return "a pooling layer";
        case PopulationRole::linear:
            return "a linear population";
        case PopulationRole::read_out:
            return "a read-out";
    }
    return "";  // no other value exists
}

}  // namespace syncopate
