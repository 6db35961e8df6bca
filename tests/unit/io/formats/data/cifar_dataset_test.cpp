#include "core/error.hpp"
#include "io/formats/data/dataset.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/unit/io/formats/data/sample_files.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

namespace {

/// Records with these labels; the pixels of record i are i, i, i, …, the last one 255.
std::string records(const std::vector<std::string>& labels) {
    std::string bytes;
    for (std::size_t i = 0; i < labels.size(); ++i)
        bytes += labels[i] + std::string(3071, static_cast<char>(i)) + '\xff';
    return bytes;
}

std::vector<double> sample(const Dataset& dataset, std::int64_t index) {
    std::vector<double> values(static_cast<std::size_t>(dataset.shape.size()));
    dataset.read(index, values);
    return values;
}

}  // namespace

TEST_CASE("CIFAR-10: a file of records is read whatever its name") {
    const TemporaryFolder folder;
    for (const char* name : {"test_batch.bin", "data"}) {
        const Dataset dataset = open_dataset({.path = folder.write(name, records({"\x03", "\x09"}))});
        CHECK(dataset.format == "CIFAR-10");
        CHECK(dataset.count == 2);
        CHECK(dataset.shape == Shape{3, 32, 32});
        CHECK(dataset.labels == std::vector<std::int32_t>{3, 9});
        CHECK(sample(dataset, 1).front() == 1.0);
        CHECK(sample(dataset, 1).back() == 255.0);
    }
}

TEST_CASE("CIFAR-10: the folder has a split for testing and one of several files for training, in order") {
    const TemporaryFolder folder;
    folder.write("data_batch_1.bin", records({"\x01", "\x02"}));
    folder.write("data_batch_2.bin", records({"\x03"}));
    folder.write("test_batch.bin", records({"\x04"}));
    folder.write("batches.meta.txt", "plane\ncar\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\r\ntruck\n\n");
    const Dataset test = open_dataset({.path = folder / ""});
    CHECK(test.labels == std::vector<std::int32_t>{4});
    REQUIRE(test.class_names.size() == 10);
    CHECK(test.class_names[8] == "ship");
    const Dataset train = open_dataset({.path = folder / "", .split = "train"});
    CHECK(train.labels == std::vector<std::int32_t>{1, 2, 3});
    CHECK(sample(train, 1)[5] == 1.0);
    CHECK(sample(train, 2)[5] == 0.0);
    const Dataset chosen = open_dataset({.path = folder / "data_batch_2.bin", .more = {folder / "test_batch.bin"}});
    CHECK(chosen.labels == std::vector<std::int32_t>{3, 4});
    CHECK(chosen.files.size() == 2);
}

TEST_CASE("CIFAR-100: the fine label counts") {
    const TemporaryFolder folder;
    folder.write("test.bin", records({std::string("\x13\x63", 2), std::string("\x00\x0b", 2)}));
    const Dataset dataset = open_dataset({.path = folder / ""});
    CHECK(dataset.format == "CIFAR-100");
    CHECK(dataset.labels == std::vector<std::int32_t>{99, 11});
    CHECK(sample(dataset, 1).front() == 1.0);
    CHECK(sample(dataset, 1).back() == 255.0);
}

TEST_CASE("CIFAR: more records than are read at once, and a file that an IDX file could be") {
    const TemporaryFolder folder;
    std::vector<std::string> labels;
    for (int i = 0; i < 200; ++i) labels.emplace_back(1, static_cast<char>(i % 10));
    const Dataset dataset = open_dataset({.path = folder.write("a.bin", records(labels))});
    CHECK(dataset.labels.at(133) == 3);
    CHECK(sample(dataset, 133).front() == 133.0);
    // Label 0, then pixels 0, 8, 1, 0, 0, 0, 1: also the header of an IDX file.
    std::string twin = records({std::string(1, '\0')});
    twin.replace(0, 8, std::string("\0\0\x08\1\0\0\0\1", 8));
    CHECK(open_dataset({.path = folder.write("twin.bin", twin)}).format == "CIFAR-10");
}

TEST_CASE("CIFAR: files that cannot be are refused with record, place and value") {
    const TemporaryFolder folder;
    const auto whole = records({"\x01", "\x02"});
    const auto cut = folder.write("cut.bin", whole.substr(0, 6000));
    CHECK_THROWS_WITH_AS(
        open_dataset({.path = cut}),
        (cut.string() +
         ": has 6000 bytes, no whole number of records: CIFAR-10's have 3073 bytes (2927 are left over), "
         "CIFAR-100's 3074 (2926): the file is truncated or of another format")
            .c_str(),
        Error);
    const auto wrong = folder.write("wrong.bin", records({"\x01", "\x0a"}));
    CHECK_THROWS_WITH_AS(
        open_dataset({.path = wrong}),
        (wrong.string() +
         ": label 10 of record 1 (byte 3073) is no class of CIFAR: the file is damaged or of another format")
            .c_str(),
        Error);
    const auto right = folder.write("right.bin", records({"\x01"}));
    CHECK_THROWS_WITH_AS(open_dataset({.path = right, .more = {wrong}}),
                         doctest::Contains("label 10 of record 1 (byte 3073): CIFAR-10 has the classes 0 to 9"), Error);
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder.write("empty.bin", "")}), doctest::Contains("has 0 bytes"),
                         Error);
}

TEST_CASE("CIFAR: folders without the split, or of the Python version, are told apart") {
    const TemporaryFolder folder;
    folder.write("test_batch.bin", records({"\x04"}));
    CHECK_THROWS_WITH_AS(open_dataset({.path = folder / "", .split = "train"}),
                         doctest::Contains("has no training records, only test_batch.bin: choose the other split"),
                         Error);
    const TemporaryFolder python;
    python.write("batches.meta", "x");
    CHECK_THROWS_WITH_AS(open_dataset({.path = python / ""}),
                         doctest::Contains("is the Python version of CIFAR: get the binary version"), Error);
}

TEST_CASE("CIFAR-10 itself, if it is there") {
    const std::filesystem::path folder = SYNCOPATE_SOURCE_DIR "/../shared/data/cifar10";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("no CIFAR-10 in " << folder.string() << ": not tested");
        return;
    }
    const Dataset dataset = open_dataset({.path = folder});
    CHECK(dataset.count == 10000);
    CHECK(dataset.class_names.size() == 10);
    std::vector<int> counts(10);
    for (const auto label : dataset.labels) ++counts.at(static_cast<std::size_t>(label));
    CHECK(counts == std::vector<int>(10, 1000));
    const auto first = sample(dataset, 0);
    CHECK(std::vector<double>(first.begin(), first.begin() + 4) == std::vector<double>{158, 159, 165, 166});
}
