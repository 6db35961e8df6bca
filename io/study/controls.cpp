#include "io/study/controls.hpp"

#include "core/engine/executor.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "neurons/models/max_pool.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace syncopate {

namespace {

/// What is compared of a run.
struct Bits {
    std::vector<Charge> read_out;
    std::vector<std::vector<std::int32_t>> counts;  // of every population

    friend bool operator==(const Bits&, const Bits&) = default;
};

/// One sample through one network.
class ControlRun {
public:
    ControlRun(std::uint64_t seed, Executor& executor) : seed_(seed), executor_(executor) {}

    Bits operator()(const Arm& network, const Sample& sample, Tick T) const {
        // New memory for each run: had two networks a workspace in common, what one left behind could make them agree.
        Workspace workspace = network.engine().make_workspace(executor_.concurrency());
        Silent observer;
        const std::vector<std::int32_t> input = to_fixed_input(sample.values, network.network().input_exponent);
        network.engine().run(workspace,
                             {.input = input, .duration = T, .key = {seed_, static_cast<std::uint32_t>(sample.index)}},
                             executor_, observer);
        Bits bits{network.engine().potentials(workspace, network.read_out()), {}};
        for (std::size_t p = 0; p < network.network().populations.size(); ++p)
            bits.counts.push_back(network.engine().spike_counts(workspace, p));
        return bits;
    }

private:
    class Silent final : public Observer {
    public:
        // With nobody looking, the engine takes its short cuts, counts instead of events above all; they are under test
        // too.
        bool wants_spikes(std::size_t) const override { return false; }
    };

    std::uint64_t seed_;
    Executor& executor_;
};

class Controls {
public:
    Controls(const ControlRequest& request, const SampleLoader& load)
        : request_(request), layers_(request.layers.begin(), request.layers.end()) {
        for (std::int64_t s = 0; s < request.samples; ++s) samples_.push_back(load(s));
        run_.emplace(request.study.seeds.front(), *serial_);
    }

    std::vector<StudyControl> run() {
        check_identity();
        check_counts();
        check_sums();
        check_threads();
        return std::move(controls_);
    }

private:
    std::string scope() const {
        std::string ticks;
        for (const Tick T : request_.study.T) ticks += (ticks.empty() ? "" : ", ") + std::to_string(T);
        return std::to_string(samples_.size()) + (samples_.size() == 1 ? " sample" : " samples") + ", T = " + ticks;
    }

    /// The first (sample, T) for which `holds` is false, in words.
    template <class Holds>
    std::optional<std::string> first_failure(const Holds& holds) const {
        for (const Sample& sample : samples_) {
            for (const Tick T : request_.study.T) {
                if (!holds(sample, T)) return "sample " + std::to_string(sample.index) + " at T = " + std::to_string(T);
            }
        }
        return std::nullopt;
    }

    void report(std::string name, const std::string& what, const std::optional<std::string>& failure) {
        const std::string outcome = failure ? ": NOT SO for " + *failure : ": the same bits (" + scope() + ")";
        controls_.push_back({.name = std::move(name),
                             .what = what + outcome,
                             .outcome = failure ? ControlOutcome::failed : ControlOutcome::passed});
    }

    void report_impossible(std::string name, const std::string& why) {
        controls_.push_back(
            {.name = std::move(name), .what = "not possible here: " + why, .outcome = ControlOutcome::impossible});
    }

    /// A network, or why there is none.
    struct Attempt {
        std::unique_ptr<Arm> network;
        std::string why;
    };

    /// The network with a rule behind each of the populations; impossible on a cycle, for example.
    Attempt relayed(LayerGraph graph, const std::vector<PopulationIndex>& populations,
                    const Rearrangement& rule) const {
        try {
            for (const PopulationIndex p : populations) insert_relay(graph, p, rule);
            validate(graph);
        } catch (const Error& error) {
            return {nullptr, error.what()};
        }
        // Outside the try: that edits are impossible is a property of the network; that an edited and valid network
        // does not compile is a failure, and must not pass for a control that was merely left out.
        return {std::make_unique<Arm>(graph, ArmEdit{}, request_.stores), ""};
    }

    std::vector<PopulationIndex> edited_layers() const {
        // A set, because arms edit the same layers and each gets one relay here. A study of the baseline alone still
        // has the control, on all layers.
        std::set<PopulationIndex> all;
        for (const auto& arm : request_.study.arms)
            all.insert(arm->edit().populations.begin(), arm->edit().populations.end());
        if (all.empty()) all.insert(layers_.begin(), layers_.end());
        return {all.begin(), all.end()};
    }

    void check_identity() {
        const Arm& baseline = *request_.study.arms.front();
        // Relays that change nothing still shift phases, hold windows and add populations. If the bits stay, an arm
        // differs from the baseline by its rule and by nothing that comes with a relay.
        const auto [with_relays, why] = relayed(request_.graph, edited_layers(), Rearrangement{});
        if (with_relays == nullptr) return report_impossible("identity", why);
        const auto failure = first_failure([&](const Sample& sample, Tick T) {
            Bits own = (*run_)(*with_relays, sample, T);
            const Bits expected = (*run_)(baseline, sample, T);
            own.counts.resize(expected.counts.size());  // relays are added at the end
            return own == expected;
        });
        report("identity", "relays that rearrange nothing, behind every edited layer, against the baseline", failure);
    }

    void check_counts() {
        for (const auto& own : request_.study.arms) {
            const ArmEdit& arm = own->edit();
            const auto* rule = std::get_if<Rearrangement>(&arm.change);
            if (rule == nullptr || !(*rule)->keeps_counts()) continue;
            const Arm& network = *own;
            const auto failure = first_failure([&](const Sample& sample, Tick T) {
                if (!arm.runs_at(T)) return true;
                const Bits bits = (*run_)(network, sample, T);
                // The arm's relays are added at the end; the network may have had others before.
                return std::ranges::all_of(network.network().projections, [&](const CompiledProjection& projection) {
                    const auto target = projection.target;
                    return target < request_.graph.populations.size() ||
                           bits.counts[target] == bits.counts[projection.source];
                });
            });
            report("counts of " + arm.name + (arm.layers.empty() ? "" : " on " + arm.layers),
                   "spikes of every neuron before and after the relay", failure);
        }
    }

    /// All layers accumulate and fire, so that all targets only sum; then random permutations must change nothing.
    void check_sums() {
        const std::string name = "sum-only targets";
        for (const Population& population : request_.graph.populations) {
            const Rearrangement* const rule = population.model.rearrangement();
            if (rule != nullptr && !(*rule)->keeps_counts()) {
                return report_impossible(name,
                                         "what \"" + population.name + "\" drops or inserts depends on the ticks");
            }
        }
        // Accumulating neurons need only what arrives in the whole window, and draw no random numbers, so every bit of
        // the read-out is a function of sums. A permutation that lost or doubled spikes, or sent them to another neuron
        // or window, would show there.
        LayerGraph accumulating = request_.graph;
        for (const PopulationIndex p : layers_) {
            // A gate asks who leads at which tick; counts only who leads in the end.
            NeuronModel& model = accumulating.populations[p].model;
            if (const PoolWindow* const window = model.pool_window())
                model = MaxPool{MaxPoolRule::counts, *window};
            else
                replace_neurons(accumulating, p, parse_neuron_choice("accumulate"));
        }
        // With a delay, the window's last spikes come too late, and then it matters which these are.
        for (Projection& projection : accumulating.projections) projection.delay = 0;
        const auto [plain, why] = relayed(accumulating, {}, Rearrangement{});
        const auto [permuted, why_not_permuted] = relayed(accumulating, layers_, parse_rearrangement("permute"));
        if (plain == nullptr || permuted == nullptr)
            return report_impossible(name, plain == nullptr ? why : why_not_permuted);
        const auto failure = first_failure([&](const Sample& sample, Tick T) {
            return (*run_)(*permuted, sample, T).read_out == (*run_)(*plain, sample, T).read_out;
        });
        report(name, "random permutations behind every layer, in a copy of the network that only sums its windows",
               failure);
    }

    void check_threads() {
        const auto threads = make_thread_executor(3);  // TBB may be limited by the study's own executor
        const ControlRun parallel(request_.study.seeds.front(), *threads);
        std::optional<std::string> failure;
        for (std::size_t a = 0; a < request_.study.arms.size() && !failure; ++a) {
            const Arm& arm = *request_.study.arms[a];
            failure = first_failure([&](const Sample& sample, Tick T) {
                return !arm.edit().runs_at(T) || parallel(arm, sample, T) == (*run_)(arm, sample, T);
            });
            if (failure) *failure += ", arm " + arm.edit().name;
        }
        report("threads", "every arm, bands of neurons advanced by three threads against one", failure);
    }

    const ControlRequest& request_;
    std::vector<PopulationIndex> layers_;
    std::vector<Sample> samples_;
    std::unique_ptr<Executor> serial_ = make_serial_executor();
    std::optional<ControlRun> run_;
    std::vector<StudyControl> controls_;
};

}  // namespace

std::vector<StudyControl> run_controls(const ControlRequest& request, const SampleLoader& load) {
    return Controls(request, load).run();
}

}  // namespace syncopate
