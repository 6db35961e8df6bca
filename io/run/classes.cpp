#include "io/run/classes.hpp"

#include "core/error.hpp"
#include "io/formats/data/dataset.hpp"

namespace syncopate {

std::int64_t class_count(const Shape& read_out) {
    // A network of one logit decides by its sign. Taken as a vector of one class it would be right whenever the label
    // is 0.
    if (read_out.size() == 1) return 2;
    // Along which axis the classes lie is up to the file that was imported. One extent may be larger than 1; two or
    // more are a map.
    const bool is_vector = (read_out.channels == 1) + (read_out.height == 1) + (read_out.width == 1) >= 2;
    return is_vector ? read_out.size() : 0;
}

void require_classes_of(const Dataset& dataset, const Shape& read_out) {
    const std::int64_t classes = class_count(read_out);
    if (classes == 0) return;
    // Folders are numbered by their order, so one that is missing shifts the labels of all behind it, and every one of
    // these is still a valid class: only their number gives it away.
    if (dataset.has_class_folders && std::ssize(dataset.class_names) != classes)
        throw Error(dataset.label_place + ": has " + std::to_string(dataset.class_names.size()) +
                    " folders of classes, but the network tells " + std::to_string(classes) +
                    " classes apart, so labels could be shifted: make a folder for every class, which may be empty, or "
                    "convert the network with --classes, so that folders are known by name");
    // Before the general test, which would speak of two classes where the user sees one output.
    if (read_out.size() == 1) {
        const auto bad = std::ranges::find_if(dataset.labels, [](std::int32_t label) { return label > 1; });
        if (bad != dataset.labels.end())
            throw Error(dataset.label_place + ": label " + std::to_string(*bad) + " of sample " +
                        std::to_string(bad - dataset.labels.begin()) +
                        ": the network has one output, whose sign tells class 1 (> 0) from class 0: labels must be 0 "
                        "or 1");
    }
    require_labels_below(dataset, classes);
}

std::optional<std::string> map_warning(const std::string& name, const Shape& read_out) {
    if (class_count(read_out) > 0) return std::nullopt;
    return "the read-out \"" + name + "\" is a map of " + to_string(read_out) +
           " (channels x height x width), not one value for each class: no class, no accuracy and no agreement with "
           "the ANN is computed";
}

}  // namespace syncopate
