#include "core/error.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/npy.hpp"
#include "io/formats/data/sample_shape.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

using Dimensions = std::vector<std::int64_t>;

const std::vector<float> twelve = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11.5F};
const std::vector<std::uint8_t> pixels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255};
const std::vector<std::int64_t> three_labels = {4, 0, 2};

NamedArray floats(const std::string& name, const Dimensions& dimensions) {
    return {.name = name, .dimensions = dimensions, .elements = std::span<const float>(twelve)};
}
NamedArray bytes(const std::string& name, const Dimensions& dimensions) {
    return {.name = name, .dimensions = dimensions, .elements = std::span<const std::uint8_t>(pixels)};
}
NamedArray labels(const std::string& name) {
    return {.name = name, .dimensions = {3}, .elements = std::span<const std::int64_t>(three_labels)};
}

std::vector<double> sample(const Dataset& dataset, std::int64_t index) {
    std::vector<double> values(static_cast<std::size_t>(dataset.shape.size()));
    dataset.read(index, values);
    return values;
}

std::string npz_message(const std::vector<NamedArray>& arrays, const std::string& split = "") {
    const TemporaryFolder folder;
    write_npz(folder / "a.npz", arrays);
    try {
        open_dataset({.path = folder / "a.npz", .split = split});
    } catch (const Error& error) {
        return std::string(error.what()).substr((folder / "").string().size());
    }
    return "no error";
}

}  // namespace

TEST_CASE("NumPy: an array with its labels in another file") {
    const TemporaryFolder folder;
    write_npy(folder / "x.npy", floats("", {3, 1, 2, 2}));
    write_npy(folder / "y.npy", labels(""));
    const Dataset dataset = open_dataset({.path = folder / "x.npy", .labels = folder / "y.npy"});
    CHECK(dataset.format == "NumPy");
    CHECK(dataset.count == 3);
    CHECK(dataset.shape == Shape{1, 2, 2});
    CHECK(dataset.element == Dataset::Element::number);
    CHECK(dataset.labels == std::vector<std::int32_t>{4, 0, 2});
    CHECK(dataset.files.size() == 2);
    CHECK(sample(dataset, 2) == std::vector<double>{8, 9, 10, 11.5});
    CHECK_FALSE(open_dataset({.path = folder / "x.npy"}).has_labels());
}

TEST_CASE("NumPy: an archive's arrays are known by their names, for each split") {
    const TemporaryFolder folder;
    write_npz(folder / "a.npz", std::vector{bytes("images", {3, 2, 2}), labels("targets"), floats("other", {12})});
    const Dataset dataset = open_dataset({.path = folder / "a.npz"});
    CHECK(dataset.element == Dataset::Element::byte);
    CHECK(dataset.labels == std::vector<std::int32_t>{4, 0, 2});
    CHECK(sample(dataset, 2) == std::vector<double>{8, 9, 10, 255});
    write_npz(folder / "keras.npz",
              std::vector{bytes("x_train", {6, 1, 2}), bytes("x_test", {3, 2, 2}), labels("y_test")});
    CHECK(open_dataset({.path = folder / "keras.npz"}).count == 3);
    CHECK(open_dataset({.path = folder / "keras.npz", .split = "test"}).has_labels());
    CHECK(open_dataset({.path = folder / "keras.npz", .split = "train"}).count == 6);
}

TEST_CASE("NumPy: an archive of which it is not clear what is meant lists its arrays") {
    CHECK(
        npz_message({bytes("x", {3, 2, 2}), floats("data", {3, 4}), labels("y")}) ==
        "a.npz: x, data are all names for the same thing; it has: x, data, y. Keep one array of images (x) and one of "
        "labels (y)");
    CHECK(npz_message({bytes("foo", {3, 2, 2}), labels("y")}) ==
          "a.npz: has no array of images (x, images, input or data); it has: foo, y");
    CHECK(npz_message({bytes("x", {3, 2, 2})}, "train") ==
          "a.npz: has no array of images (x, images, input or data; for split train: x_train); it has: x");
    CHECK(npz_message({bytes("x", {3, 2, 2}), labels("y"), labels("labels")}).find("y, labels are all names") !=
          std::string::npos);
    CHECK(npz_message({bytes("x", {4, 3}), labels("y")}).find("array 'y': has 3 labels, but ") != std::string::npos);
}

TEST_CASE("NumPy: labels must be whole numbers, one for each sample") {
    const TemporaryFolder folder;
    write_npy(folder / "x.npy", floats("", {3, 4}));
    const auto message = [&](const NamedArray& array) -> std::string {
        write_npy(folder / "y.npy", array);
        try {
            open_dataset({.path = folder / "x.npy", .labels = folder / "y.npy"});
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    const std::vector<double> values = {1.0, 2.5, 0.0};
    const std::vector<double> large = {1.0, 0.0, 4e9};
    const std::vector<double> good = {1.0, 2.0, 0.0};
    const auto doubles = [](const std::vector<double>& list, Dimensions dimensions) -> NamedArray {
        return {.dimensions = std::move(dimensions), .elements = std::span<const double>(list)};
    };
    CHECK(message(doubles(values, {3})).find("label 2.500000 of sample 1 must be a whole number, 0 or more") !=
          std::string::npos);
    CHECK(message(doubles(large, {3})).find("label 4000000000.000000 of sample 2 must be") != std::string::npos);
    CHECK(message(doubles(good, {3, 1})) == "no error");
    CHECK(message(floats("", {3, 4}))
              .find("labels of shape 3x4, wanted is one class number for each sample (of one-hot "
                    "rows save y.argmax(1))") != std::string::npos);
}

TEST_CASE("NumPy: labels that are texts are refused with what to save instead") {
    const TemporaryFolder folder;
    write_npy(folder / "x.npy", floats("", {3, 4}));
    folder.write("y.npy", npy_bytes("{'descr': '<U3', 'fortran_order': False, 'shape': (3,), }", std::string(36, 'a')));
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "x.npy", .labels = folder / "y.npy"}),
                         doctest::Contains("has the element type '<U3', texts or objects: of labels save the classes' "
                                           "numbers as in training, or, if those were in the order of the alphabet, "
                                           "numpy.unique(y, return_inverse=True)[1]"),
                         Error);
}

TEST_CASE("NumPy: a folder of .npy is known by the names of its files") {
    const TemporaryFolder folder;
    write_npy(folder / "images.npy", floats("", {3, 4}));
    CHECK_FALSE(open_dataset({.path = folder / ""}).has_labels());
    write_npy(folder / "labels.npy", labels(""));
    folder.write("README.txt", "not an array");
    const Dataset dataset = open_dataset({.path = folder / ""});
    CHECK(dataset.count == 3);
    CHECK(dataset.labels == std::vector<std::int32_t>{4, 0, 2});
    CHECK(dataset.files == std::vector<std::filesystem::path>{folder / "images.npy", folder / "labels.npy"});
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .split = "train"}),
                         doctest::Contains("has no .npy of images (x, images, input or data; for split train: "
                                           "x_train); it has: images, labels"),
                         Error);
    write_npy(folder / "x_train.npy", floats("", {6, 2}));
    CHECK(open_dataset({.path = folder / "", .split = "train"}).count == 6);
    write_npy(folder / "x.npy", floats("", {3, 4}));
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}),
                         doctest::Contains("x, images are all names for the same thing"), Error);
    const TemporaryFolder single;
    write_npy(single / "mine.npy", floats("", {3, 4}));
    CHECK(open_dataset({.path = single / ""}).count == 3);
    write_npy(single / "other.npy", floats("", {3, 4}));
    CHECK_THROWS_WITH_AS(open_dataset({.path = single / ""}),
                         doctest::Contains("has no .npy of images (x, images, input or data); it has: mine, other"),
                         Error);
}

TEST_CASE("NumPy: of a folder the only .npz is taken, or that of the split") {
    const TemporaryFolder folder;
    write_npz(folder / "a.npz", std::vector{floats("x", {3, 4}), labels("y")});
    CHECK(open_dataset({.path = folder / ""}).has_labels());
    write_npz(folder / "test.npz", std::vector{floats("x", {2, 6})});
    CHECK(open_dataset({.path = folder / ""}).count == 2);
    CHECK(open_dataset({.path = folder / "", .split = "test"}).count == 2);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .split = "train"}),
                         doctest::Contains("has several .npz (a, test), none of them called train: give the one that "
                                           "is meant, or put all samples into one"),
                         Error);
    write_npy(folder / "x.npy", floats("", {3, 4}));
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}),
                         doctest::Contains("has .npz (a, test) and .npy (x): give the file that is meant"), Error);
}

TEST_CASE("the shape of a sample follows from the array, and from the network where that leaves a choice") {
    const auto shape = [](const Dimensions& dimensions, std::optional<Shape> network = {}) {
        return sample_shape(dimensions, network, "a.npy");
    };
    CHECK(shape({5, 3, 8, 9}) == Shape{3, 8, 9});
    CHECK(shape({5, 8, 9}) == Shape{1, 8, 9});
    CHECK(shape({5, 8, 9}, Shape{8, 1, 9}) == Shape{8, 1, 9});
    CHECK(shape({5, 72}) == Shape{72, 1, 1});
    CHECK(shape({5, 72}, Shape{1, 8, 9}) == Shape{1, 8, 9});
    CHECK(shape({5, 70}, Shape{1, 8, 9}) == Shape{70, 1, 1});
    CHECK(shape({5, 16, 8, 3}, Shape{16, 8, 3}) == Shape{16, 8, 3});
}

TEST_CASE("arrays with channels last, of other dimensions, or with huge samples are refused") {
    const auto message = [](const Dimensions& dimensions, std::optional<Shape> network = {}) -> std::string {
        try {
            sample_shape(dimensions, network, "a.npy");
        } catch (const Error& error) {
            return error.what();
        }
        return "no error";
    };
    const std::string remedy =
        "look like H×W×C, wanted is C×H×W: save numpy.ascontiguousarray(x.transpose(0, 3, 1, 2)) instead";
    CHECK(message({5, 32, 32, 3}) == "a.npy: samples of 32x32x3 " + remedy);
    CHECK(message({5, 28, 28, 1}) == "a.npy: samples of 28x28x1 " + remedy);
    CHECK(message({5, 32, 16, 6}, Shape{6, 32, 16}) == "a.npy: samples of 32x16x6 " + remedy);
    CHECK(message({5}) == "a.npy: shape 5 has 1 dimensions, wanted are N×C×H×W, N×H×W or N×features");
    CHECK(message({}) == "a.npy: shape a single value has 0 dimensions, wanted are N×C×H×W, N×H×W or N×features");
    CHECK(message({5, 1, 2, 3, 4}).find("has 5 dimensions") != std::string::npos);
    CHECK(message({5, 0, 3}) == "a.npy: shape 5x0x3 has empty samples");
    CHECK(message({5, 65536, 65536}) == "a.npy: samples of shape 65536x65536 have 2^31 values or more");
}

TEST_CASE("a data set that cannot be opened says what it is, or what is known") {
    const TemporaryFolder folder;
    const auto message = [&](const std::string& content) -> std::string {
        try {
            open_dataset({.path = folder.write("a", content)});
        } catch (const Error& error) {
            return std::string(error.what()).substr((folder / "").string().size());
        }
        return "no error";
    };
    CHECK(message("hello") ==
          "a: is in no known format: known are IDX (.gz), CIFAR-10/100 binary, .npy, .npz, a folder of these, and "
          "a folder with one subfolder of PNGs or JPEGs for each class");
    CHECK(message("") == "a: is empty");
    CHECK(message("\x89PNG\r\n\x1a\n") ==
          "a: is a single picture: give the folder that has one subfolder of pictures for each class");
    CHECK(message("\x80\x04xyz").find("is a Python pickle") != std::string::npos);
    CHECK(message("\x89HDF\r\n").find("is an HDF5 file: save its arrays with numpy.savez") != std::string::npos);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "none"}), doctest::Contains("none: no such file or folder"),
                         Error);
    std::filesystem::create_directory(folder / "empty");
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "empty"}),
                         doctest::Contains("empty: has no data set that is known: known are IDX"), Error);
}

TEST_CASE("requests that do not fit the data are refused") {
    const TemporaryFolder folder;
    write_npy(folder / "x.npy", floats("", {3, 4}));
    write_npz(folder / "a.npz", std::vector{floats("x", {3, 4}), labels("y")});
    const auto cifar = folder.write("a.bin", std::string(3073, '\1'));
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "x.npy", .split = "train"}),
                         doctest::Contains("is a single file, give the folder or no split"), UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "x.npy", .split = "both"}),
                         "split 'both': must be test or train", UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({}), "no data set is given: give a file or folder", UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({.path = cifar, .labels = folder / "y.npy"}),
                         doctest::Contains("has its own labels: leave it out"), UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "a.npz", .labels = folder / "y.npy"}),
                         doctest::Contains("has the labels 'y': leave it out"), UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "x.npy", .more = {cifar}}),
                         doctest::Contains("several files together are only read in CIFAR's format"), UsageError);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .more = {cifar}}),
                         doctest::Contains("several paths together must be CIFAR files"), UsageError);
}
