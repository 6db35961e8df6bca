#include "io/study/study_predictions.hpp"

#include "core/assert.hpp"
#include "core/index.hpp"
#include "io/files/new_file.hpp"
#include "io/files/zip_archive.hpp"
#include "io/formats/data/npy_header.hpp"
#include "io/run/csv_row.hpp"
#include "io/run/prediction_file.hpp"
#include "io/study/presentation.hpp"

#include <algorithm>
#include <list>
#include <string>
#include <utility>

namespace syncopate {

namespace {

/// The code points of a UTF-8 text; bytes that are none are left as they are.
std::u32string code_points(const std::string& text) {
    // An array of texts has 32-bit code points in NumPy. Names of layers stand in network files and may hold any bytes:
    // what no lead byte begins is taken as it is, a sequence that the text cuts short ends with it, and beyond the last
    // code point, which Python refuses to read, stands the mark for what cannot be shown.
    std::u32string points;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i++]);
        const int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
        char32_t point = more == 0 ? lead : lead & (0x3fU >> static_cast<unsigned>(more));
        for (int k = 0; k < more && i < text.size(); ++k)
            point = (point << 6U) | (static_cast<unsigned char>(text[i++]) & 0x3fU);
        points += point <= 0x10ffff ? point : U'\xfffd';
    }
    return points;
}

/// Small arrays of an archive, which live until it is written.
class Members {
public:
    template <typename Element>
    void add(const std::string& name, const std::string& type, std::vector<std::int64_t> dimensions,
             const std::vector<Element>& elements) {
        std::vector<std::byte>& bytes = bytes_.emplace_back(npy_header(type, dimensions));
        const auto data = std::as_bytes(std::span(elements));
        bytes.insert(bytes.end(), data.begin(), data.end());
        members.push_back({.name = name + ".npy", .pieces = {bytes}});
    }
    void add_names(const std::string& name, const std::vector<std::string>& texts) {
        // Shorter texts are filled up with zeros, which NumPy takes off again when it reads them.
        std::size_t width = 1;
        for (const std::string& text : texts) width = std::max(width, code_points(text).size());
        std::vector<char32_t> letters;
        for (const std::string& text : texts) {
            const std::u32string points = code_points(text);
            letters.insert(letters.end(), points.begin(), points.end());
            letters.insert(letters.end(), width - points.size(), U'\0');
        }
        add(name, "<U" + std::to_string(width), {std::ssize(texts)}, letters);
    }

    std::vector<ZipInput> members;

private:
    std::list<std::vector<std::byte>> bytes_;
};

std::string label_of(const ArmEdit& arm) {
    return label_of(StudyArm{.name = arm.name, .layers = arm.layers, .family = {}, .sentence = {}, .edited = {}});
}

void write_npz(const PredictionMaterial& material, const StudyPredictions& request) {
    const std::vector<PlannedRun>& runs = material.study.plan.runs;
    const auto samples = std::ssize(request.samples);
    std::vector<std::string> names;
    for (const ArmEdit& arm : material.design.arms) names.push_back(label_of(arm));
    std::vector<std::int32_t> arm, T, predictions;
    std::vector<std::uint64_t> seeds;
    for (const PlannedRun& run : runs) {
        arm.push_back(static_cast<std::int32_t>(run.arm));
        T.push_back(material.study.T[run.T]);
        seeds.push_back(material.study.seeds[run.seed]);
    }
    for (std::size_t s = 0; s < request.samples.size(); ++s) {
        for (std::size_t r = 0; r < runs.size(); ++r) predictions.push_back(material.tally.predictions[r][s]);
    }
    Members written;
    written.add_names("arm_names", names);
    written.add("arm", "<i4", {std::ssize(runs)}, arm);
    written.add("T", "<i4", {std::ssize(runs)}, T);
    written.add("seed", "<u8", {std::ssize(runs)}, seeds);
    written.add("samples", "<i8", {samples}, request.samples);
    if (material.design.has_labels) written.add("labels", "<i4", {samples}, material.design.labels);
    written.add("predictions", "<i4", {samples, std::ssize(runs)}, predictions);
    // The store has logits as .npy has them, header included, so the archive takes that part of the file as a member.
    // They never come into memory: they are by far the largest array.
    const LogitStore& logits = material.logits;
    written.members.push_back(
        {.name = "logits.npy", .part = FilePart{logits.path(), logits.array_begin(), logits.array_size()}});
    if (material.has_ann) written.add("ann_predictions", "<i4", {samples}, material.tally.ann);
    write_zip(request.file, written.members);
}

void write_csv(const PredictionMaterial& material, const StudyPredictions& request) {
    NewFile file(request.file);
    file.stream() << "arm,layers,T,seed,sample,label,prediction,ann_prediction" + logit_columns(material.classes) +
                         "\n";
    std::vector<double> logits(to_size(material.classes));
    for (std::size_t r = 0; r < material.study.plan.runs.size(); ++r) {
        const PlannedRun& run = material.study.plan.runs[r];
        const ArmEdit& arm = material.design.arms[run.arm];
        for (std::size_t s = 0; s < request.samples.size(); ++s) {
            // The store is sorted by sample, because samples are what a study completes; a table is read by run. One
            // row at a time keeps memory small at the price of reads that jump.
            material.logits.read(s, r, logits);
            CsvRow row;
            row.add(arm.name);
            row.add(arm.layers);
            row.add(material.study.T[run.T]);
            row.add(material.study.seeds[run.seed]);
            row.add(request.samples[s]);
            const std::int32_t label = material.design.labels[s];
            label < 0 ? row.add_empty(1) : row.add(label);
            row.add(material.tally.predictions[r][s]);
            material.has_ann ? row.add(material.tally.ann[s]) : row.add_empty(1);
            for (const double logit : logits) row.add(logit);
            file.stream() << row.line();
        }
    }
    file.keep();
}

}  // namespace

void write_predictions(const PredictionMaterial& material, const StudyPredictions& request) {
    // A sample that is not done would be written with class −1 and logits of 0, as if the network had said so.
    SYNCOPATE_ASSERT(std::ssize(request.samples) == material.tally.done());
    request.file.extension() == ".csv" ? write_csv(material, request) : write_npz(material, request);
}

double prediction_bytes(const std::filesystem::path& file, const LogitStore::Layout& layout) {
    const double rows = static_cast<double>(layout.samples) * static_cast<double>(layout.runs);
    // 20 characters for a number of the table: the shortest text that reads back as the same double has up to 17
    // digits, with point, sign and comma.
    const double digits = file.extension() == ".csv" ? 20.0 : 8.0;  // of a number
    return rows * digits * static_cast<double>(layout.classes + 4);
}

}  // namespace syncopate
