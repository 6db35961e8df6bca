#include "io/run/run_report.hpp"
#include "io/run/wilson.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace syncopate {

namespace {

[[gnu::format(printf, 1, 2)]] std::string format(const char* pattern, ...) {
    char text[512];
    std::va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text, sizeof text, pattern, arguments);
    va_end(arguments);
    return text;
}

double percent(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string with_interval(std::int64_t part, std::int64_t whole) {
    const Interval interval = wilson_interval(part, whole);
    return format("%6.2f %%  [%5.2f, %5.2f]", percent(part, whole), 100.0 * interval.low, 100.0 * interval.high);
}

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
    for (const Tick t : shown_ticks(report.manifest.T)) {
        const auto i = static_cast<std::size_t>(t - 1);
        text += format("%6d", t);
        if (report.has_labels) text += "  " + with_interval(s.snn_correct[i], s.samples);
        if (report.has_ann) text += format("  %15.2f %%", percent(s.agreement[i], s.samples));
        text += "\n";
    }
    return text;
}

std::string layer_table(const RunReport& report) {
    const RunStatistics& s = report.statistics;
    std::size_t width = 10;
    for (const CompiledPopulation& population : report.network->populations)
        width = std::max(width, population.name.size());
    width = std::min<std::size_t>(width, 60);
    std::string text = format("\n%-*s %12s %22s %9s %10s\n", static_cast<int>(width), "layer", "shape",
                              "spikes/neuron and tick", "silent", "saturated");
    for (std::size_t p = 0; p < s.layers.size(); ++p) {
        const CompiledPopulation& population = report.network->populations[p];
        if (!population.spikes()) continue;
        const std::int64_t pairs = s.samples * population.shape.size();
        text += format("%-*.*s %12s %22.5f %7.2f %% %8.2f %%\n", static_cast<int>(width), static_cast<int>(width),
                       population.name.c_str(), to_string(population.shape).c_str(),
                       percent(s.layers[p].spikes, pairs * report.manifest.T) / 100.0,
                       percent(s.layers[p].silent, pairs), percent(s.layers[p].saturated, pairs));
    }
    return text;
}

}  // namespace

std::string to_text(const RunReport& report) {
    const RunStatistics& s = report.statistics;
    std::string text =
        format("%lld samples, T = %d, seed %llu, %s rule\n\n", static_cast<long long>(s.samples), report.manifest.T,
               static_cast<unsigned long long>(report.manifest.seed), report.manifest.rule.c_str());
    text += accuracy_table(report);
    text += layer_table(report);
    const double operations =
        s.samples == 0 ? 0.0 : static_cast<double>(s.synaptic_operations) / static_cast<double>(s.samples);
    text += format(
        "\nSynaptic operations per sample: %.4g effective ACs, and %lld MACs of the analogue first layer (once a "
        "sample)\n",
        operations, static_cast<long long>(analogue_macs(*report.network)));
    text += format("Latency: %d ticks (T %d, no extra steps)\n", report.manifest.T, report.manifest.T);
    if (report.seconds > 0.0) {
        text += format("%.1f images/s, %.3g synaptic events/s, %.1f s on %d thread%s (%s)\n",
                       static_cast<double>(s.samples) / report.seconds,
                       static_cast<double>(s.synaptic_operations) / report.seconds, report.seconds,
                       report.manifest.threads, report.manifest.threads == 1 ? "" : "s", report.manifest.cpu.c_str());
    }
    if (report.checked_samples > 0) {
        text += format("The first %lld samples equal the reference simulator spike for spike\n",
                       static_cast<long long>(report.checked_samples));
    }
    return text;
}

}  // namespace syncopate
