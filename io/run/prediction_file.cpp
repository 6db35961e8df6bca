#include "io/run/prediction_file.hpp"

#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/new_file.hpp"
#include "io/run/csv_row.hpp"

#include <array>
#include <utility>

namespace syncopate {

namespace {

// Positions of the arrays.
constexpr std::size_t samples = 0, tick_list = 1, predictions = 2, logits = 3, labels = 4, ann_predictions = 5,
                      ann_logits = 6;

std::vector<NpzSpool::Array> arrays_of(const PredictionPlan& plan) {
    const auto ticks = std::ssize(plan.ticks);
    std::vector<NpzSpool::Array> arrays = {
        {"samples", ElementType::int64, {plan.samples}},
        {"ticks", ElementType::int32, {ticks}},
        {"predictions", ElementType::int32, {plan.samples, ticks}},
        {"logits", ElementType::float64, {plan.samples, ticks, plan.classes}},
        // Room for what may not be known as well, so that every array has its number whatever the plan says: bytes that
        // nobody writes take none on most disks, and what goes into the archive is chosen at the end.
        {"labels", ElementType::int32, {plan.samples}},
        {"ann_predictions", ElementType::int32, {plan.samples}},
        {"ann_logits", ElementType::float32, {plan.samples, plan.classes}},
    };
    return arrays;
}

double target_bytes(const std::filesystem::path& path, const PredictionPlan& plan) {
    if (path.extension() == ".npz") return NpzSpool::bytes_of(arrays_of(plan));
    constexpr double digits = 20.0;  // of a number, with its comma
    const double rows = static_cast<double>(plan.samples) * static_cast<double>(plan.ticks.size());
    return rows * digits * static_cast<double>(plan.classes + 2);
}

/// The spool's arrays and the file that is made of them.
double bytes_needed(const std::filesystem::path& path, const PredictionPlan& plan) {
    // Both are there at once at the end: the spool goes only when the file that is made of it is complete.
    return NpzSpool::bytes_of(arrays_of(plan)) + target_bytes(path, plan);
}

std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

template <typename Element>
std::span<const Element> one(const Element& element) {
    return {&element, 1};
}

/// Checks before the spool is made.
const std::filesystem::path& checked(const std::filesystem::path& path, const PredictionPlan& plan) {
    require_prediction_name(path);
    require_space(path, bytes_needed(path, plan), "--predictions", "ask for fewer --ticks or --samples");
    return path;
}

}  // namespace

void require_prediction_name(const std::filesystem::path& path) {
    if (path.extension() == ".npz" || path.extension() == ".csv") return;
    throw UsageError("--predictions " + path.string() + ": the name must end in .npz or .csv");
}

std::string logit_columns(std::int64_t classes) {
    std::string columns;
    for (std::int64_t c = 0; c < classes; ++c) columns += ",logit_" + std::to_string(c);
    return columns;
}

PredictionFile::PredictionFile(std::filesystem::path path, PredictionPlan plan)
    : path_(std::move(path)), plan_(std::move(plan)), spool_(checked(path_, plan_), arrays_of(plan_)) {
    spool_.write<Tick>(tick_list, 0, plan_.ticks);
}

void PredictionFile::ticks(const Sample& sample, std::size_t first, std::span<const std::int32_t> classes,
                           std::span<const double> said) {
    const std::uint64_t s = unsigned_of(sample.position);
    // Every sample and tick has a place of its own from the beginning. So samples can end in any order, on any thread,
    // without a lock, and the file is the same.
    const std::uint64_t place = s * plan_.ticks.size() + first;
    spool_.write(predictions, place, classes);
    spool_.write(logits, place * unsigned_of(plan_.classes), said);
    if (first > 0) return;
    spool_.write(samples, s, one(sample.index));
    spool_.write(labels, s, one(sample.label));
}

void PredictionFile::ann(const Sample& sample, std::int32_t choice, std::span<const float> said) {
    const std::uint64_t s = unsigned_of(sample.position);
    spool_.write(ann_predictions, s, one(choice));
    spool_.write(ann_logits, s * unsigned_of(plan_.classes), said);
}

double PredictionFile::bytes() const { return target_bytes(path_, plan_); }

void PredictionFile::finish() {
    if (path_.extension() == ".csv") return write_csv();
    std::vector<std::size_t> written = {samples, tick_list, predictions, logits};
    if (plan_.has_labels) written.push_back(labels);
    if (plan_.has_ann) written.insert(written.end(), {ann_predictions, ann_logits});
    spool_.write_npz(written);
}

void PredictionFile::write_csv() const {
    NewFile file(path_);
    file.stream() << "sample,label,t,prediction,ann_prediction" + logit_columns(plan_.classes) + "\n";
    std::vector<double> said(to_size(plan_.classes));
    for (std::uint64_t s = 0; s < unsigned_of(plan_.samples); ++s) {
        std::int64_t index = 0;
        std::array<std::int32_t, 3> words = {-1, -1, -1};  // label, class of the ANN, class
        spool_.read(samples, s, std::span(&index, 1));
        spool_.read(labels, s, std::span(words).subspan(0, 1));
        // Only where it was written: what never was reads as 0, which is a class.
        if (plan_.has_ann) spool_.read(ann_predictions, s, std::span(words).subspan(1, 1));
        for (std::uint64_t t = 0; t < plan_.ticks.size(); ++t) {
            const std::uint64_t place = s * plan_.ticks.size() + t;
            spool_.read(predictions, place, std::span(words).subspan(2, 1));
            spool_.read(logits, place * said.size(), std::span(said));
            CsvRow row;
            row.add(index);
            words[0] < 0 ? row.add_empty(1) : row.add(words[0]);
            row.add(plan_.ticks[t]);
            row.add(words[2]);
            words[1] < 0 ? row.add_empty(1) : row.add(words[1]);
            for (const double logit : said) row.add(logit);
            file.stream() << row.line();
        }
    }
    file.keep();
}

}  // namespace syncopate
