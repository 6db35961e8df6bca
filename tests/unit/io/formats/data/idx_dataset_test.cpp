#include "core/error.hpp"
#include "io/formats/data/dataset.hpp"
#include "io/formats/data/idx.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

const std::string three_images = idx_bytes(8, {3, 2, 4}, counting_bytes(24));
const std::string three_labels = idx_bytes(8, {3}, "\x02\x01\x07");

std::vector<double> sample(const Dataset& dataset, std::int64_t index) {
    std::vector<double> values(static_cast<std::size_t>(dataset.shape.size()));
    dataset.read(index, values);
    return values;
}

}  // namespace

TEST_CASE("IDX: a folder of MNIST's names is read with its labels, test images unless the others are asked for") {
    const TemporaryFolder folder;
    folder.write("t10k-images-idx3-ubyte", three_images);
    folder.write("t10k-labels-idx1-ubyte", three_labels);
    folder.write("train-images-idx3-ubyte.gz", gzipped(idx_bytes(8, {1, 2, 4}, "abcdefgh")));
    folder.write("train-labels-idx1-ubyte.gz", gzipped(idx_bytes(8, {1}, "\x05")));
    const Dataset test = open_dataset({.path = folder / ""});
    CHECK(test.format == "IDX");
    CHECK(test.count == 3);
    CHECK(test.shape == Shape{1, 2, 4});
    CHECK(test.element == Dataset::Element::byte);
    CHECK(test.labels == std::vector<std::int32_t>{2, 1, 7});
    CHECK(test.files.size() == 2);
    CHECK(sample(test, 1) == std::vector<double>{8, 9, 10, 11, 12, 13, 14, 15});
    const Dataset train = open_dataset({.path = folder / "", .split = "train"});
    CHECK(train.labels == std::vector<std::int32_t>{5});
    CHECK(sample(train, 0).front() == 'a');
}

TEST_CASE("IDX: the labels beside a file of images are found, gzipped or not, and one may name others") {
    const TemporaryFolder folder;
    const auto images = folder.write("emnist-letters-test-images.idx3-ubyte.gz", gzipped(three_images));
    CHECK_FALSE(open_dataset({.path = images}).has_labels());
    folder.write("emnist-letters-test-labels.idx1-ubyte", three_labels);
    CHECK(open_dataset({.path = images}).labels.at(2) == 7);
    const auto others = folder.write("others", gzipped(idx_bytes(8, {3}, std::string(3, '\0'))));
    CHECK(open_dataset({.path = images, .labels = others}).labels == std::vector<std::int32_t>{0, 0, 0});
}

TEST_CASE("IDX: missing labels are reported with the place where they were looked for") {
    const TemporaryFolder folder;
    const auto images = folder.write("t10k-images-idx3-ubyte", three_images);
    const Dataset dataset = open_dataset({.path = images});
    CHECK_FALSE(dataset.has_labels());
    CHECK_THROWS_WITH_AS(
        require_labels(dataset),
        (images.string() + ": has no labels (looked for " + (folder / "t10k-labels-idx1-ubyte").string() +
         "[.gz]): give a file of labels, .npy or IDX, with one class number for each sample")
            .c_str(),
        Error);
}

TEST_CASE("IDX: floating-point images of four dimensions are numbers") {
    const TemporaryFolder folder;
    const std::string elements("\x3f\x80\x00\x00\xc0\x00\x00\x00", 8);
    const Dataset dataset =
        open_dataset({.path = folder.write("x-images-idx4-float", idx_bytes(13, {1, 2, 1, 1}, elements))});
    CHECK(dataset.element == Dataset::Element::number);
    CHECK(dataset.shape == Shape{2, 1, 1});
    CHECK(sample(dataset, 0) == std::vector<double>{1.0, -2.0});
}

TEST_CASE("IDX: files that are not what they claim are refused with the reason") {
    const TemporaryFolder folder;
    const auto message = [&](const std::string& name, const std::string& content) -> std::string {
        try {
            open_dataset({.path = folder.write(name, content)});
        } catch (const Error& error) {
            return std::string(error.what()).substr((folder / "").string().size());
        }
        return "no error";
    };
    CHECK(message("i", three_images.substr(0, 30)) ==
          "i: shape 3x2x4 of uint8 ends at byte 40, the data end at byte 30: 10 bytes are missing, the file is "
          "truncated");
    CHECK(message("i", three_images + "x").find("1 bytes follow that belong to nothing") != std::string::npos);
    CHECK(message("i", idx_bytes(8, {4294967295U, 4294967295U, 4294967295U}, "")).find("more than 2^62 bytes") !=
          std::string::npos);
    CHECK(message("i", idx_bytes(8, {0, 28, 28}, "")) == "i: has no samples");
    CHECK(message("i", idx_bytes(8, {3, 0, 28}, "")) == "i: shape 3x0x28 has empty samples");
    CHECK(message("i", three_labels).find("is an IDX file of labels (shape 3): give the file of images") !=
          std::string::npos);
    CHECK(message("i", idx_bytes(12, {1, 1, 1}, "abcd")) == "no error");
    CHECK(
        message("i.gz", gzipped(three_images + "x")).find("more bytes follow after the 40 that shape 3x2x4 asks for") !=
        std::string::npos);
    CHECK(message("i.gz", gzipped(three_images.substr(0, 30))).find("10 bytes are missing") != std::string::npos);
    CHECK(message("i.gz", gzipped(three_images).substr(0, 25)).find("the gzip data end too early") !=
          std::string::npos);
    CHECK(message("i.gz", gzipped(idx_bytes(8, {100000, 1000, 1000}, "")))
              .find("unpacks to 100000000016 bytes, at most") != std::string::npos);
}

TEST_CASE("IDX: labels that do not belong to the images are refused") {
    const TemporaryFolder folder;
    const auto images = folder.write("a-images-idx3", three_images);
    folder.write("a-labels-idx1", idx_bytes(8, {2}, "\x01\x02"));
    CHECK_THROWS_WITH_AS(open_dataset({.path = images}), doctest::Contains("a-labels-idx1: has 2 labels, but "), Error);
    folder.write("a-labels-idx1", three_images);
    CHECK_THROWS_WITH_AS(open_dataset({.path = images}),
                         doctest::Contains("labels of shape 3x2x4, wanted is one class number for each sample"), Error);
    folder.write("a-labels-idx1", idx_bytes(9, {3}, "\x01\xff\x02"));
    CHECK_THROWS_WITH_AS(open_dataset({.path = images}),
                         doctest::Contains("label -1.000000 of sample 1 must be a whole number, 0 or more"), Error);
}

TEST_CASE("IDX: a label that the network does not have is named") {
    const TemporaryFolder folder;
    folder.write("a-labels-idx1", three_labels);
    const Dataset dataset = open_dataset({.path = folder.write("a-images-idx3", three_images)});
    CHECK_NOTHROW(require_labels_below(dataset, 8));
    CHECK_THROWS_WITH_AS(
        require_labels_below(dataset, 7),
        doctest::Contains("a-labels-idx1: label 7 of sample 2: the network has 7 classes, labels must be 0 to 6: "),
        Error);
}

TEST_CASE("IDX: a folder with several candidates lists them") {
    const TemporaryFolder folder;
    folder.write("digits-test-images-idx3", three_images);
    folder.write("letters-test-images-idx3", three_images);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / ""}),
                         doctest::Contains("has 2 files of test images among digits-test-images-idx3, "
                                           "letters-test-images-idx3: give the file itself or a split"),
                         Error);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .split = "train"}),
                         doctest::Contains("has no files of training images among"), Error);
}

TEST_CASE("IDX: a folder whose only images are for training is read without asking") {
    const TemporaryFolder folder;
    folder.write("train-images-idx3-ubyte", three_images);
    CHECK(open_dataset({.path = folder / ""}).count == 3);
}

TEST_CASE("IDX: Fashion-MNIST of Debian's package, if it is there") {
    const std::filesystem::path folder = "/usr/share/datasets/fashion-mnist";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("the package dataset-fashion-mnist is not installed: not tested");
        return;
    }
    const Dataset dataset = open_dataset({.path = folder});
    CHECK(dataset.count == 10000);
    CHECK(dataset.shape == Shape{1, 28, 28});
    CHECK(std::vector<std::int32_t>(dataset.labels.begin(), dataset.labels.begin() + 8) ==
          std::vector<std::int32_t>{9, 2, 1, 1, 6, 1, 4, 6});
    double sum = 0.0;
    for (const double value : sample(dataset, 0)) sum += value;
    CHECK(sum == 33456.0);
    CHECK_NOTHROW(require_labels_below(dataset, 10));
}
