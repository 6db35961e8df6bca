#include "io/run/formatted.hpp"
#include "io/run/latency.hpp"
#include "io/run/layer_report.hpp"
#include "io/run/run_report.hpp"
#include "io/run/share.hpp"

namespace syncopate {

namespace {

/// Powers of two up to T, and T.
std::vector<Tick> shown_ticks(Tick duration) {
    std::vector<Tick> ticks;
    for (Tick t = 1; t < duration; t *= 2) ticks.push_back(t);
    ticks.push_back(duration);
    return ticks;
}

std::string accuracy_table(const RunReport& report) {
    const RunStatistics& s = report.statistics;
    std::string text;
    if (report.has_labels && report.has_ann)
        text += "ANN accuracy        " + with_interval(s.ann_correct, s.samples) + "\n";
    if (!report.has_labels && !report.has_ann) return text;
    text += "\n     t";
    if (report.has_labels) text += "  SNN accuracy [95 % Wilson]  ";
    if (report.has_ann) text += "  agrees with ANN";
    text += "\n";
    const bool is_anytime = latency_of(*report.network, report.manifest.T).is_anytime();
    for (const Tick t : is_anytime ? shown_ticks(report.manifest.T) : std::vector<Tick>{report.manifest.T}) {
        const auto i = static_cast<std::size_t>(t - 1);
        text += formatted("%6d", t);
        if (report.has_labels) text += "  " + with_interval(s.snn_correct[i], s.samples);
        if (report.has_ann) text += formatted("  %15.2f %%", percent(s.agreement[i], s.samples));
        text += "\n";
    }
    if (!is_anytime) text += std::string("(") + whole_window_note + ")\n";
    return text;
}

}  // namespace

std::string to_text(const RunReport& report) {
    const RunStatistics& s = report.statistics;
    std::string text =
        formatted("%lld samples, T = %d, seed %llu, %s rule\n\n", static_cast<long long>(s.samples), report.manifest.T,
                  static_cast<unsigned long long>(report.manifest.seed), report.manifest.rule.c_str());
    if (report.manifest.input_range != "0:255")
        text += "The data's values were taken for " + report.manifest.input_range + " (--input-range)\n";
    text += accuracy_table(report);
    text += to_text(layer_reports(*report.network, s, report.manifest.T));
    const double operations = ratio(s.synaptic_operations, s.samples);
    text += formatted(
        "\nSynaptic operations per sample: %.4g effective ACs, and %lld MACs of the analogue first layer (once a "
        "sample)\n",
        operations, static_cast<long long>(analogue_macs(*report.network)));
    text += to_text(latency_of(*report.network, report.manifest.T));
    if (report.seconds > 0.0) {
        text +=
            formatted("%.1f images/s, %.3g synaptic events/s, %.1f s on %d thread%s (%s)\n",
                      static_cast<double>(s.samples) / report.seconds,
                      static_cast<double>(s.synaptic_operations) / report.seconds, report.seconds,
                      report.manifest.threads, report.manifest.threads == 1 ? "" : "s", report.manifest.cpu.c_str());
    }
    if (report.checked_samples > 0) {
        text += formatted("The first %lld samples equal the reference simulator spike for spike\n",
                          static_cast<long long>(report.checked_samples));
    }
    return text;
}

}  // namespace syncopate
