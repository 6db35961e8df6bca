#include "io/run/formatted.hpp"
#include "io/run/latency.hpp"
#include "io/run/layer_report.hpp"
#include "io/run/run_report.hpp"
#include "io/run/share.hpp"

#include <algorithm>
#include <bit>

namespace syncopate {

namespace {

constexpr std::size_t most_rows = 40;

/// Places of the ticks that have a row: all of a few that were asked for, else powers of two up to the last tick that
/// is kept anyway, the steps beyond, and T.
std::vector<std::size_t> rows_of(const RunReport& report) {
    const std::vector<Tick>& ticks = report.statistics.ticks;
    const bool shows_all = report.has_asked_ticks && ticks.size() <= most_rows;
    const std::vector<Tick> kept = kept_ticks(report.manifest.T);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        // The read-out is a mean, which a tick moves the less the later it comes, so ticks at equal factors say as much
        // as all of them: 13 rows up to 4,096, and three for each decade beyond. T has a row whatever it is.
        const bool is_step = ticks[i] <= last_tick_kept ? std::has_single_bit(static_cast<std::uint32_t>(ticks[i]))
                                                        : std::ranges::binary_search(kept, ticks[i]);
        if (shows_all || is_step || i + 1 == ticks.size()) rows.push_back(i);
    }
    return rows;
}

/// What a reader of the table has to know of its ticks.
std::string note_on_ticks(const RunReport& report) {
    if (report.has_asked_ticks || report.manifest.T <= last_tick_kept) return "";
    return formatted(
        "(judged after every tick up to %d, then at 1-2-5 steps; --ticks all, or a list, asks for others)\n",
        last_tick_kept);
}

std::string accuracy_table(const RunReport& report) {
    const RunStatistics& s = report.statistics;
    std::string text;
    if (report.has_labels && report.has_ann)
        text += "ANN accuracy        " + with_interval(s.ann_correct, s.samples) + "\n";
    if (!report.has_labels && !report.has_ann) return text;
    text += "\n      t";
    if (report.has_labels) text += "  SNN accuracy [95 % Wilson]  ";
    if (report.has_ann) text += "  agrees with ANN";
    text += "\n";
    const bool is_anytime = latency_of(*report.network, report.manifest.T).is_anytime();
    for (const std::size_t i : is_anytime ? rows_of(report) : std::vector{s.ticks.size() - 1}) {
        text += formatted("%7d", s.ticks[i]);
        if (report.has_labels) text += "  " + with_interval(s.snn_correct[i], s.samples);
        if (report.has_ann) text += formatted("  %15.2f %%", percent(s.agreement[i], s.samples));
        text += "\n";
    }
    text += is_anytime ? note_on_ticks(report) : std::string("(") + whole_window_note + ")\n";
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
