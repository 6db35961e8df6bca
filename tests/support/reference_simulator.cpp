#include "tests/support/reference_simulator.hpp"

#include "tests/support/plain_models.hpp"
#include "tests/support/plain_rules.hpp"

#include <algorithm>
#include <string>

namespace syncopate {

namespace {

using Values = std::vector<Charge>;  // flat C·H·W

std::size_t flat(const Shape& s, std::int32_t c, std::int32_t y, std::int32_t x) {
    return static_cast<std::size_t>((std::int64_t{c} * s.height + y) * s.width + x);
}

Values route(const SumPool& pool, const Values& in) {
    Values out(static_cast<std::size_t>(pool.output.size()), 0);
    for (std::int32_t c = 0; c < pool.output.channels; ++c) {
        for (std::int32_t y = 0; y < pool.output.height; ++y) {
            for (std::int32_t x = 0; x < pool.output.width; ++x) {
                for (std::int32_t ky = 0; ky < pool.kernel_height; ++ky) {
                    for (std::int32_t kx = 0; kx < pool.kernel_width; ++kx) {
                        const std::int32_t row = y * pool.stride_height - pool.pad_top + ky;
                        const std::int32_t column = x * pool.stride_width - pool.pad_left + kx;
                        if (row < 0 || row >= pool.input.height || column < 0 || column >= pool.input.width) continue;
                        out[flat(pool.output, c, y, x)] += in[flat(pool.input, c, row, column)];
                    }
                }
            }
        }
    }
    return out;
}

Values route(const Remap& remap, const Values& in) {
    Values out(static_cast<std::size_t>(remap.output.size()), 0);
    for (std::size_t i = 0; i < in.size(); ++i) {
        for (std::size_t k = remap.begin[i]; k < remap.begin[i + 1]; ++k) {
            out[static_cast<std::size_t>(remap.targets[k])] += in[i];
        }
    }
    return out;
}

Charge receptive_field(const ConvolutionSynapses& s, const Values& in, std::int32_t o, std::int32_t y, std::int32_t x) {
    const std::int32_t inputs = s.input.channels / s.groups;
    const std::int32_t first = o / (s.output.channels / s.groups) * inputs;
    Charge sum = 0;
    for (std::int32_t c = 0; c < inputs; ++c) {
        for (std::int32_t ky = 0; ky < s.kernel_height; ++ky) {
            for (std::int32_t kx = 0; kx < s.kernel_width; ++kx) {
                const std::int32_t row = y * s.stride_height - s.pad_top + ky * s.dilation_height;
                const std::int32_t column = x * s.stride_width - s.pad_left + kx * s.dilation_width;
                if (row < 0 || row >= s.input.height || column < 0 || column >= s.input.width) continue;
                const std::size_t place = static_cast<std::size_t>(row * s.input.width + column);
                const std::size_t k = s.weight_class.empty() ? 0 : s.weight_class[place];
                const auto w =
                    static_cast<std::size_t>(((o * inputs + c) * s.kernel_height + ky) * s.kernel_width + kx);
                sum += in[flat(s.input, first + c, row, column)] * s.weights[k * s.filter_count() + w];
            }
        }
    }
    return sum;
}

void add_current(const ConvolutionSynapses& s, const Values& in, const Shape& target, Values& current) {
    for (std::int32_t o = 0; o < s.output.channels; ++o) {
        for (std::int32_t y = 0; y < s.output.height; ++y) {
            for (std::int32_t x = 0; x < s.output.width; ++x) {
                current[flat(target, o + s.first_output_channel, y, x)] += receptive_field(s, in, o, y, x);
            }
        }
    }
}

void add_current(const SparseSynapses& s, const Values& in, const Shape&, Values& current) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        for (std::size_t k = s.begin[i]; k < s.begin[i + 1]; ++k) {
            current[static_cast<std::size_t>(s.targets[k])] += in[i] * s.weights[k];
        }
    }
}

void deliver(const CompiledProjection& projection, const CompiledPopulation& target, Values values, Values& current) {
    for (const Routing& routing : projection.routing) {
        values = std::visit([&](const auto& r) { return route(r, values); }, routing);
    }
    Values brought(current.size(), 0);
    std::visit([&](const auto& s) { add_current(s, values, target.shape, brought); }, *projection.synapses);
    for (std::size_t i = 0; i < current.size(); ++i) current[i] += brought[i] * (Charge{1} << projection.shift);
}

/// What arrives at the inputs of pooling neurons.
Values pooled_inputs(const CompiledProjection& projection, std::size_t inputs, Values values) {
    for (const Routing& routing : projection.routing)
        values = std::visit([&](const auto& r) { return route(r, values); }, routing);
    values.resize(inputs);
    return values;
}

/// A tick of pooling neurons, window by window. `sums`: of what every input has sent.
std::vector<std::int32_t> pooled(const CompiledPopulation& pool, const Values& sums, const Values& arriving) {
    const auto number = [&](const char* name) { return static_cast<std::int32_t>(pool.model.numbers.at(name)); };
    const Shape in{pool.shape.channels, number("input_height"), number("input_width")};
    std::vector<std::int32_t> sent;
    for (std::int32_t c = 0; c < pool.shape.channels; ++c) {
        for (std::int32_t y = 0; y < pool.shape.height; ++y) {
            for (std::int32_t x = 0; x < pool.shape.width; ++x) {
                Values before, now;
                for (std::int32_t ky = 0; ky < number("kernel_height"); ++ky) {
                    for (std::int32_t kx = 0; kx < number("kernel_width"); ++kx) {
                        const std::int32_t row =
                            y * number("stride_height") - number("pad_top") + ky * number("dilation_height");
                        const std::int32_t column =
                            x * number("stride_width") - number("pad_left") + kx * number("dilation_width");
                        if (row < 0 || row >= in.height || column < 0 || column >= in.width) continue;
                        before.push_back(sums[flat(in, c, row, column)]);
                        now.push_back(arriving[flat(in, c, row, column)]);
                    }
                }
                sent.push_back(plain_model(pool.model.name).pool(pool.model, before, now));
            }
        }
    }
    return sent;
}

/// x · 2^-bits to the nearest whole number, halves upwards.
Charge nearest(Charge x, std::int32_t bits) {
    for (; bits < 0; ++bits) x *= 2;
    const Charge unit = Charge{1} << bits;
    Charge below = x / unit;
    if (below * unit > x) --below;
    return 2 * (x - below * unit) >= unit ? below + 1 : below;
}

/// A relay's second window, from the amplitudes of its first, [tick][neuron].
std::vector<std::vector<std::int32_t>> rearranged(const CompiledPopulation& relay,
                                                  const std::vector<std::vector<Charge>>& held, DrawKey key) {
    const std::string& rule = relay.model.rule;
    const std::size_t neurons = held.front().size();
    const std::size_t plane = neurons / static_cast<std::size_t>(relay.shape.channels);
    std::vector<std::vector<std::int32_t>> sent(held.size(), std::vector<std::int32_t>(neurons, 0));
    for (std::size_t i = 0; i < neurons; ++i) {
        PlainTrain train;
        for (const std::vector<Charge>& tick : held) train.push_back(static_cast<std::int32_t>(tick[i]));
        train = rearranged_plainly(
            rule, train, {key, relay.id, static_cast<std::uint32_t>(i / plane), static_cast<std::uint32_t>(i)});
        for (std::size_t t = 0; t < train.size(); ++t) sent[t][i] = train[t];
    }
    return sent;
}

}  // namespace

std::vector<Charge> deliver_reference(const CompiledNetwork& network, const CompiledProjection& projection,
                                      std::span<const std::int32_t> amplitudes) {
    const CompiledPopulation& target = network.populations[projection.target];
    Values current(static_cast<std::size_t>(target.shape.size()), 0);
    deliver(projection, target, Values(amplitudes.begin(), amplitudes.end()), current);
    return current;
}

std::vector<ReferenceTrace> simulate_reference(const CompiledNetwork& network, std::span<const std::int32_t> input,
                                               Tick duration, DrawKey key) {
    const std::size_t count = network.populations.size();
    std::vector<ReferenceTrace> traces(count);
    std::vector<Values> v(count), constant(count), running(count);
    std::vector<std::vector<Values>> handed_on(count);  // [population][tick]
    std::vector<Values> sums(count);                    // of pooling neurons: what every input has sent
    const Values analogue(input.begin(), input.end());
    for (std::size_t p = 0; p < count; ++p) {
        const CompiledPopulation& population = network.populations[p];
        v[p].assign(static_cast<std::size_t>(population.shape.size()), population.v_init);
        constant[p].assign(v[p].size(), 0);
        running[p] = constant[p];
        if (plain_model(population.model.name).pool != nullptr) {
            sums[p].assign(v[p].size() / static_cast<std::size_t>(population.shape.area()) *
                               static_cast<std::size_t>(population.model.numbers.at("input_height") *
                                                        population.model.numbers.at("input_width")),
                           0);
        }
    }
    const auto is_analogue = [&](PopulationIndex p) { return network.populations[p].model.name == "direct_current"; };
    std::vector<std::int32_t> product_shift(count, 0);
    for (const CompiledProjection& projection : network.projections) {
        if (!is_analogue(projection.source)) continue;
        const auto target = projection.target;
        deliver(projection, network.populations[target], analogue, constant[target]);
        product_shift[target] = projection.product_shift;
    }
    for (std::size_t p = 0; p < count; ++p) {
        for (std::size_t i = 0; i < constant[p].size(); ++i) {
            constant[p][i] = nearest(constant[p][i], product_shift[p]);
            if (!network.populations[p].bias.empty()) constant[p][i] += network.populations[p].bias[i];
        }
    }
    // The clock runs over all windows; a population takes part in its own, and a held one also in the next.
    Tick last = 0;
    for (const CompiledPopulation& population : network.populations)
        last = std::max(last, (population.emission_phase() + 1) * duration);
    std::vector<std::vector<std::vector<std::int32_t>>> relayed(count);
    for (Tick now = 0; now < last; ++now) {
        for (const PopulationIndex p : network.order) {
            const CompiledPopulation& population = network.populations[p];
            const Tick tick = now - population.phase * duration;  // local
            const Tick sent_tick = now - population.emission_phase() * duration;
            ReferenceTrace& trace = traces[p];
            const PlainModel& model = plain_model(population.model.name);
            const auto neuron_at = [&](std::size_t i, Tick at) {
                return PlainNeuron{key, population.id, static_cast<std::uint32_t>(i), at, duration};
            };
            std::vector<std::int32_t> sent(v[p].size(), 0);
            if (tick >= 0 && tick < duration) {
                Values current = constant[p], arriving(sums[p].size(), 0);
                if (population.tick_bias) {
                    const auto channels = static_cast<std::size_t>(population.shape.channels);
                    for (std::size_t i = 0; i < current.size(); ++i) {
                        const std::size_t channel = i / static_cast<std::size_t>(population.shape.area());
                        current[i] += population.tick_bias->values[static_cast<std::size_t>(tick) * channels + channel];
                    }
                }
                for (const CompiledProjection& projection : network.projections) {
                    if (projection.target != p || is_analogue(projection.source) || tick < projection.delay) continue;
                    const auto source = projection.source;
                    const auto sent_at = static_cast<std::size_t>(tick - projection.delay);
                    const auto& spikes = traces[source].amplitudes[sent_at];
                    if (model.pool != nullptr) {
                        const Values own =
                            pooled_inputs(projection, arriving.size(), Values(spikes.begin(), spikes.end()));
                        for (std::size_t i = 0; i < own.size(); ++i) arriving[i] += own[i];
                        continue;
                    }
                    // A linear population sends a value, within the tick.
                    deliver(projection, population,
                            network.populations[source].model.name == "linear" ? handed_on[source][sent_at]
                                                                               : Values(spikes.begin(), spikes.end()),
                            current);
                }
                Values value(v[p].size(), 0);
                for (std::size_t i = 0; i < v[p].size(); ++i) {
                    if (model.encode != nullptr) {
                        sent[i] = model.encode(population.model, input[i], neuron_at(i, tick));
                    } else if (population.model.name == "linear") {
                        // It hands on what its rounded running sum grows by.
                        running[p][i] += current[i];
                        const Charge sum = nearest(running[p][i], population.carry_bits);
                        value[i] = sum - v[p][i];
                        v[p][i] = sum;
                    } else if (model.tick != nullptr) {
                        sent[i] = model.tick(population.model, v[p][i], current[i]);
                    }
                }
                if (model.pool != nullptr) {
                    sent = pooled(population, sums[p], arriving);
                    for (std::size_t i = 0; i < arriving.size(); ++i) sums[p][i] += arriving[i];
                }
                handed_on[p].push_back(std::move(value));
                trace.potentials.push_back(v[p]);
                trace.currents.push_back(std::move(current));
            }
            if (sent_tick < 0 || sent_tick >= duration) continue;
            if (model.second_tick != nullptr) {
                for (std::size_t i = 0; i < v[p].size(); ++i)
                    sent[i] = model.second_tick(population.model, v[p][i], neuron_at(i, sent_tick));
                trace.potentials.push_back(v[p]);
            }
            if (population.model.name == "relay") {
                if (sent_tick == 0) relayed[p] = rearranged(population, trace.currents, key);
                sent = relayed[p][static_cast<std::size_t>(sent_tick)];
            }
            trace.amplitudes.push_back(std::move(sent));
        }
    }
    return traces;
}

}  // namespace syncopate
