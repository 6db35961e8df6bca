#include "core/error.hpp"
#include "io/formats/raster/raster_reader.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace syncopate;

namespace {

std::string message_of(const std::string& text) {
    const TemporaryFolder folder;
    folder.write("r.json", text);
    try {
        load_raster(folder / "r.json");
    } catch (const Error& error) {
        std::string what = error.what();
        const std::string prefix = (folder / "").string();
        for (auto at = what.find(prefix); at != std::string::npos; at = what.find(prefix))
            what.erase(at, prefix.size());
        return what;
    }
    return "no error";
}

const std::string valid =
    R"({"format": "syncopate-raster/1", "truncated": false, "version": "1", "network": {"name": "n", "hash": "h"},
"rule": "synchronous", "T": 4, "ticks": [0,4], "unit": "tick", "seed": 1, "edits": [],
"layers": [{"name": "a", "shape": [2,1,3], "count": 6, "v_threshold": 1, "offset": 0}, {"name": "b", "shape": [9,1,1], "count": 9, "offset": 2}],
"samples": [{"index": 0, "label": 1, "prediction": null, "layers": {
  "a": {"events": {"times": [0,0,3], "ids": [0,3,5], "amplitudes": [1,-2,3]}}, "b": {"bitset": ["","AAE=","",""]}}}]})";

/// What reading says after a change of the text.
std::string message(const std::string& old_text, const std::string& new_text) {
    std::string text = valid;
    const auto at = text.find(old_text);
    REQUIRE_MESSAGE(at != std::string::npos, old_text);
    return message_of(text.replace(at, old_text.size(), new_text));
}

}  // namespace

TEST_CASE("raster reader: unchanged, the raster of these tests is read") {
    CHECK(message_of(valid) == "no error");
    CHECK(message(R"(, "amplitudes": [1,-2,3])", "") == "no error");
}

TEST_CASE("raster reader: spikes that cannot be are refused with path, value and remedy") {
    const std::string events = R"(r.json: samples[0].layers["a"].events)";
    CHECK(message("[0,3,5]", "[0,3,6]") == events + ".ids[2]: 6, must be a whole number from 0 to 5");
    CHECK(message("[0,3,5]", "[0,-1,5]") == events + ".ids[1]: -1, must be a whole number from 0 to 5");
    CHECK(message("[0,3,5]", "[0,3.0,5]") == events + ".ids[1]: 3.0, must be a whole number from 0 to 5");
    CHECK(message("[0,3,5]", "[0,\"3\",5]") == events + ".ids[1]: \"3\", must be a whole number from 0 to 5");
    CHECK(message("[0,3,5]", "[0,18446744073709551615,5]") ==
          events + ".ids[1]: 18446744073709551615, must be a whole number from 0 to 5");
    CHECK(message("[0,3,5]", "[[0],3,5]") == events + ".ids[0]: a list is not possible here");
    CHECK(message("[0,3,5]", "[{},3,5]") == events + ".ids[0]: an object is not possible here");
    CHECK(message("[0,3,5]", "7") == events + ": 7, must be an object or a list");
    CHECK(message("[0,0,3]", "[0,0,4]") == events + ".times[2]: 4, must be a whole number from 0 to 3");
    CHECK(message("[0,0,3]", "[0,2,1]") == events + ".times[2]: 1, comes after 2; times must not decrease");
    CHECK(message("[0,0,3]", "[0,0]") == events + ": 2 times, 3 ids and 3 amplitudes must be equally many");
    CHECK(message("[1,-2,3]", "[1,-2]") == events + ": 3 times, 3 ids and 2 amplitudes must be equally many");
    CHECK(message("[1,-2,3]", "[1,0,3]") ==
          events + ".amplitudes[1]: 0, must not be 0; a neuron without a spike is not listed");
    CHECK(message("[0,3,5]", "[3,3,5]") == events + ": neuron 3 has two spikes at tick 0");
    CHECK(message(R"("times": [0,0,3], )", "") == events + R"(: "times" and "ids" are both needed)");
    CHECK(message(R"("times": [0,0,3], )", R"("times": [0,0,3], "times": [0,0,3], )") ==
          events + R"(: "times" is given twice)");
    CHECK(message(R"("amplitudes")", R"("amplitude")") ==
          events + R"(: "amplitude" is not known here; possible: "times", "ids", "amplitudes")");
}

TEST_CASE("raster reader: bitsets that cannot be are refused") {
    const std::string layer = R"(r.json: samples[0].layers["b"])";
    CHECK(message("AAE=", "AAI=") == layer + ".bitset[1]: has bits set beyond neuron 8");
    CHECK(message("AAE=", "AAE") ==
          layer + ".bitset[1]: 3 characters, 9 neurons need 4 of base64 (or none for a silent tick)");
    CHECK(message("AAE=", "AAEAAAE=") ==
          layer + ".bitset[1]: 8 characters, 9 neurons need 4 of base64 (or none for a silent tick)");
    CHECK(message("AAE=", "A*E=") == layer + ".bitset[1]: is not base64");
    CHECK(message("AAE=", "AAEA") == layer + ".bitset[1]: is not base64 of 2 bytes");
    CHECK(message("AAE=", "AAF=") == layer + ".bitset[1]: is not base64 of 2 bytes");
    CHECK(message("AAE=", " AE=") == layer + ".bitset[1]: is not base64");
    CHECK(message("\"AAE=\"", "1") == layer + ".bitset[1]: 1, must be a text, base64 or empty");
    CHECK(message(R"(,"",""])", R"(,""])") == layer + ": bitset: 3 rows for 4 ticks");
    CHECK(message(R"(,"",""])", R"(,"","",""])") == layer + ".bitset[4]: too many rows for 4 ticks");
    CHECK(message(R"({"bitset": ["","AAE=","",""]})", R"({"counts": [0,1,2,3,4,0,0,0,0]})") == "no error");
    CHECK(message(R"({"bitset": ["","AAE=","",""]})", R"({"counts": [0,1,2,3,5,0,0,0,0]})") ==
          layer + ".counts[4]: 5, must be a whole number from 0 to 4");
    CHECK(message(R"({"bitset": ["","AAE=","",""]})", R"({"counts": [0,1]})") ==
          layer + ": counts: 2 values for 9 neurons");
    CHECK(message(R"({"bitset": ["","AAE=","",""]})", R"({"counts": [0,0,0,0,0,0,0,0,0,0]})") ==
          layer + ".counts[9]: too many counts for 9 neurons");
    CHECK(message(R"({"bitset": ["","AAE=","",""]})", "{}") ==
          layer + R"(: one of "events", "counts" and "bitset" is missing)");
    CHECK(message(R"("AAE=","",""]})", R"("AAE=","",""], "counts": []})") ==
          layer + R"(: has both "bitset" and "counts"; one is possible)");
    CHECK(message(R"({"bitset": ["","AAE=","",""]})", "null") == layer + ": null, must be an object or a list");
}

TEST_CASE("raster reader: layers and samples that do not fit the header are refused") {
    CHECK(message(R"("b": {"bitset")", R"("a": {"bitset")") == R"(r.json: samples[0].layers["a"]: is given twice)");
    CHECK(message(R"("b": {"bitset")", R"("c": {"bitset")") ==
          R"(r.json: samples[0].layers: layer "c" is not recorded; did you mean "a"?)");
    CHECK(message(R"(, "b": {"bitset": ["","AAE=","",""]})", "") ==
          R"(r.json: samples[0].layers: layer "b" is missing)");
    CHECK(message(R"("index": 0, )", "") == R"(r.json: samples[0]: "index" is missing)");
    CHECK(message(R"("index": 0)", R"("index": -1)") ==
          "r.json: samples[0].index: -1, must be a whole number from 0 to 9223372036854775807");
    CHECK(message(R"("label": 1)", R"("label": 1.5)") ==
          "r.json: samples[0].label: 1.5, must be a whole number from 0 to 2147483647");
    CHECK(message(R"("label": 1)", R"("label": [1])") == "r.json: samples[0].label: a list is not possible here");
    CHECK(message(R"("label": 1)", R"("labels": 1)") ==
          R"(r.json: samples[0]: "labels" is not known here; possible: "index", "label", "prediction", "layers")");
    CHECK(message(R"("label": 1)", R"("index": 1)") == R"(r.json: samples[0]: "index" is given twice)");
    CHECK(message(R"("samples": [)", R"("samples": [5,)") == "r.json: samples[0]: 5, must be an object");
    CHECK(message(R"("samples": [)", R"("samples": [[],)") == "r.json: samples[0]: a list is not possible here");
    CHECK(message(R"("AAE=","",""]}}}])", R"("AAE=","",""]}}}, {"index": 0}])") ==
          "r.json: samples[1].index: 0, this sample is given twice");
}

TEST_CASE("raster reader: headers that make no sense are refused") {
    CHECK(message(R"("T": 4, )", "") == R"(r.json: "T" is missing)");
    CHECK(message(R"("T": 4)", R"("T": 0)") == "r.json: T: 0, must be a whole number from 1 to 1073741824");
    CHECK(message("[0,4]", "[0,5]") == "r.json: ticks[1]: 5, must be a whole number from 1 to 4");
    CHECK(message("[0,4]", "[3,3]") == "r.json: ticks: [3,3], must be a first tick and an end within 0 to T = 4");
    CHECK(message("\"synchronous\"", "\"sync\"") == R"(r.json: rule: "sync", must be "synchronous" or "asynchronous")");
    CHECK(message("\"tick\"", "\"ms\"") == R"(r.json: unit: "ms", must be "tick")");
    CHECK(message(R"("seed": 1)", R"("seed": -1)") == "r.json: seed: -1, must be a whole number from 0 to 2^64 - 1");
    CHECK(message(R"("count": 6)", R"("count": 7)") == "r.json: layers[0].count: 7, but shape 2x1x3 has 6 neurons");
    CHECK(message(R"("name": "b")", R"("name": "a")") == R"(r.json: layers[1].name: "a", is used twice)");
    CHECK(message(R"("v_threshold": 1)", R"("v_threshold": 0)") ==
          "r.json: layers[0].v_threshold: 0.000000, must be greater than 0");
    CHECK(message(R"("seed")", R"("sead")") == R"(r.json: "sead" is not known here; did you mean "seed"?)");
    CHECK(message(R"("seed")", R"("T")") == R"(r.json: "T" is given twice)");
    CHECK(message("syncopate-raster/1", "syncopate-raster/3") ==
          R"(r.json: format: "syncopate-raster/3", is not known; did you mean "syncopate-raster/1"?)");
    CHECK(
        message(R"("samples")", R"("sample")") ==
        R"(r.json: "sample" is not known here; possible: "format", "truncated", "version", "network", "rule", "T", "ticks", "unit", "seed", "edits", "layers")");
    CHECK(message_of("[]") == "r.json: a list is not possible here");
    CHECK(message_of("3") == "r.json: 3, must be an object");
    CHECK(message_of("{}") == R"(r.json: "format" is missing)");
}

TEST_CASE("raster reader: hostile sizes and depths cost nothing") {
    CHECK(message("[2,1,3]", "[1073741824,1073741824,1073741824]") ==
          "r.json: layers[0].shape: is larger than 2^30 elements");
    CHECK(message(R"("T": 4, "ticks": [0,4])", R"("T": 1073741824)") ==
          R"(r.json: samples[0].layers["b"]: bitset: 4 rows for 1073741824 ticks)");
    CHECK(message(R"("seed": 1)", R"("seed": )" + std::string(1'000'000, '[')) ==
          "r.json: nested deeper than 32 levels");
    CHECK(message(R"("samples": [)", R"("samples": [)" + std::string(1'000'000, '[')) ==
          "r.json: samples[0]: a list is not possible here");
    const std::string early = R"({"samples": )" + std::string(1'000'000, '[');  // the header is not known yet
    CHECK(message_of(early).starts_with("r.json: not valid JSON"));
    CHECK(message_of(early + std::string(1'000'000, ']') + "}") == R"(r.json: "format" is missing)");
}

TEST_CASE("raster reader: any prefix and any damaged byte is read or refused, never worse") {
    for (std::size_t length = 0; length < valid.size(); length += 7) {
        CAPTURE(length);
        CHECK(message_of(valid.substr(0, length)) != "no error");
    }
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        std::string text = valid;
        for (int n = 0; n < 3; ++n) text[random() % text.size()] = R"({}[],":0a9-)"[random() % 11];
        const std::string said = message_of(text);
        CHECK((said == "no error" || said.starts_with("r.json: ")));
    }
}
