#include "io/run/formatted.hpp"
#include "io/run/latency.hpp"
#include "io/run/layer_report.hpp"
#include "io/run/replay_report.hpp"
#include "io/run/run_report.hpp"
#include "io/run/share.hpp"

#include <algorithm>

namespace syncopate {

namespace {

constexpr std::size_t most_rows = 20;

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string number_or_dash(const std::optional<std::int32_t>& number) { return number ? std::to_string(*number) : "-"; }

std::string sample_table(const ReplayReport& report) {
    std::string text = formatted("\n%10s %8s %10s %10s\n", "sample", "label", "recorded", "replayed");
    for (std::size_t s = 0; s < std::min(most_rows, report.samples.size()); ++s) {
        const ReplayedSample& sample = report.samples[s];
        text += formatted("%10lld %8s %10s %10s\n", static_cast<long long>(sample.index),
                          number_or_dash(sample.label).c_str(), number_or_dash(sample.recorded_prediction).c_str(),
                          number_or_dash(sample.prediction).c_str());
    }
    if (report.samples.size() > most_rows)
        text += formatted("%10s and %zu more; --json FILE has all\n", "", report.samples.size() - most_rows);
    return text;
}

std::string share_line(const char* name, const ReplayShare& share) {
    // A raster need not have labels or predictions; 0 % of no sample would look like a result.
    return share.whole == 0 ? "" : formatted("%-32s", name) + with_interval(share.part, share.whole) + "\n";
}

}  // namespace

std::string to_text(const ReplayReport& report) {
    const RunStatistics& s = report.statistics;
    std::string text = formatted("%lld samples of %s, T = %d, seed %llu, %s rule\n", static_cast<long long>(s.samples),
                                 report.manifest.raster.c_str(), report.manifest.T,
                                 static_cast<unsigned long long>(report.manifest.seed), report.manifest.rule.c_str());
    text += "replayed: " + joined(report.replayed) + "; simulated: " + joined(simulated_names(report)) + "\n";
    text += sample_table(report) + "\n";
    text += share_line("accuracy [95 % Wilson]", replay_accuracy(report));
    text += share_line("accuracy of the recorded run", recorded_accuracy(report));
    text += share_line("agrees with recorded run", replay_agreement(report));
    text += to_text(layer_reports(*report.network, s, report.manifest.T, report.is_shown));
    text += formatted(
        "\nSynaptic operations per sample: %.4g effective ACs of these layers' spikes, and %lld MACs of "
        "the analogue input\n",
        ratio(s.synaptic_operations, s.samples),
        static_cast<long long>(analogue_macs(*report.network, report.is_live)));
    return text + to_text(latency_of(*report.network, report.manifest.T));
}

}  // namespace syncopate
