#include "core/error.hpp"
#include "io/files/sha256.hpp"
#include "io/formats/network/network_file.hpp"
#include "neurons/models/direct_current.hpp"
#include "neurons/models/integrate_and_fire.hpp"
#include "neurons/models/read_out.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace syncopate;

namespace {

/// A small valid network in a folder of its own, whose text can be changed.
struct BrokenNetwork {
    TemporaryFolder folder;
    std::string text;

    BrokenNetwork() {
        LayerGraph graph;
        graph.populations.push_back({.name = "in", .id = 1, .shape = {2, 1, 1}, .model = DirectCurrent{}, .bias = {}});
        graph.populations.push_back(
            {.name = "a", .id = 2, .shape = {2, 1, 1}, .model = IntegrateAndFire{}, .bias = {0.5, 0.5}});
        graph.populations.push_back({.name = "out", .id = 3, .shape = {2, 1, 1}, .model = ReadOut{}, .bias = {}});
        graph.tensors.push_back({"w", {2, 2}, {1, 2, 3, 4}});
        const Convolution linear{{2, 1, 1}, {2, 1, 1}, {}, {}, {}, {0, 0}, 1, TensorId{0}};
        graph.projections.push_back({0, 1, 0, {linear}});
        graph.projections.push_back({1, 2, 0, {Scale{{2, 1, 1}, {1.0, 2.0}}}});
        write_network(graph, folder / "net.json");
        text = folder.read("net.json");
    }

    BrokenNetwork& replace(const std::string& old_text, const std::string& new_text) {
        const auto at = text.find(old_text);
        REQUIRE_MESSAGE(at != std::string::npos, old_text << " not in\n" << text);
        text.replace(at, old_text.size(), new_text);
        return *this;
    }

    /// What reading says, without the folder.
    std::string message() {
        folder.write("net.json", text);
        return message_of_file();
    }
    std::string message_of_file() const {
        try {
            read_network(folder / "net.json");
        } catch (const Error& error) {
            std::string what = error.what();
            const std::string prefix = (folder / "").string();
            for (auto at = what.find(prefix); at != std::string::npos; at = what.find(prefix))
                what.erase(at, prefix.size());
            return what;
        }
        return "no error";
    }
};

std::string message(const std::string& old_text, const std::string& new_text) {
    return BrokenNetwork().replace(old_text, new_text).message();
}

}  // namespace

TEST_CASE("network file: unchanged, the network of these tests is read") {
    CHECK(BrokenNetwork().message() == "no error");
}

TEST_CASE("network file: a wrong value is refused with path, value and remedy") {
    CHECK(message(R"("v_threshold": 1.0)", R"("v_threshold": -0.5)") ==
          "net.json: populations[1].v_threshold: -0.5, must be greater than 0");
    CHECK(message(R"("v_threshold": 1.0)", R"("v_threshold": [1, 0])") ==
          "net.json: populations[1].v_threshold[1]: 0, must be greater than 0");
    CHECK(message(R"("v_threshold": 1.0)", R"("v_threshold": "1")") ==
          R"(net.json: populations[1].v_threshold: "1", must be a number, a list of numbers or {"tensor": name})");
    CHECK(message(R"("v_threshold": 1.0, )", "") == R"(net.json: populations[1]: "v_threshold" is missing)");
    CHECK(message(R"("v_threshold": 1.0)", R"("v_threshold": [1,1,1])") ==
          R"(net.json: populations[1] "a": v_threshold has 3 values, must have 1 or 2 (one a channel))");
    CHECK(message(R"("id": 3)", R"("id": -3)") ==
          "net.json: populations[2].id: -3, must be a whole number from 0 to 4294967295");
    CHECK(message(R"("id": 3)", R"("id": 1.5)") ==
          "net.json: populations[2].id: 1.5, must be a whole number from 0 to 4294967295");
    CHECK(message(R"("fraction_bits": 24)", R"("fraction_bits": 25)") ==
          "net.json: populations[0].fraction_bits: 25, must be a whole number from 1 to 24");
    CHECK(message(R"("shape": [2,1,1])", R"("shape": [2,1])") ==
          "net.json: populations[0].shape: must be three numbers, channels, height and width");
    CHECK(message(R"("shape": [2,1,1])", R"("shape": [1073741824,1073741824,1073741824])") ==
          "net.json: populations[0].shape: is larger than 2^30 elements");
    CHECK(message(R"("delay": 0)", R"("delay": 1e3)") ==
          "net.json: projections[0].delay: 1000.0, must be a whole number from 0 to 1048576");
    CHECK(message(R"("stated": false)", R"("stated": 0)") ==
          "net.json: preprocessing.stated: 0, must be true or false");
    CHECK(message(R"("scale": 0.00)", R"("scale": 9e999, "mean": [], "x": 0.00)")
              .starts_with("net.json: not valid JSON: "));
    CHECK(message(R"("mean": [])", R"("mean": [1])") == "net.json: preprocessing.mean: 1 values for 2 channels");
    CHECK(message(R"("scale": 0.00)", R"("scale": -0.00)").find("preprocessing.scale: -0.0039") != std::string::npos);
    CHECK(message(R"("resize": null)", R"("resize": [2, 2], "shorter_side": 2)") ==
          "net.json: preprocessing: states resize and shorter_side; one is possible");
    CHECK(message(R"("resize": null)", R"("center_crop": [0, 2])") ==
          "net.json: preprocessing.center_crop[0]: 0, must be a whole number from 1 to 65536");
    CHECK(message(R"("direct_current")", R"("direct_current", "input_exponent": 25)") ==
          "net.json: populations[0].input_exponent: 25, must be a whole number from 0 to 24");
    CHECK(message(R"("direct_current")", R"("bernoulli_rate", "maximum": 255, "input_exponent": 1)") ==
          "net.json: populations[0] \"in\": maximum 255, must be at most 127 times 2^input_exponent; convert the "
          "network again");
    CHECK(message(R"("direct_current")", R"("bernoulli_rate", "maximum": 255, "input_exponent": 2)") == "no error");
}

TEST_CASE("network file: a bias for every tick that cannot be is refused") {
    const auto with = [](const std::string& bias) {
        return message(R"("v_threshold": 1.0)", R"("tick_bias": )" + bias + R"(, "v_threshold": 1.0)");
    };
    CHECK(with(R"({"T": 2, "serves_shorter": true, "values": [1, 2, 3, 4]})") == "no error");
    CHECK(with(R"({"T": 0, "serves_shorter": true, "values": []})") ==
          "net.json: populations[1].tick_bias.T: 0, must be a whole number from 1 to 1048576");
    CHECK(with(R"({"T": 2, "serves_shorter": 1, "values": [1, 2, 3, 4]})") ==
          "net.json: populations[1].tick_bias.serves_shorter: 1, must be true or false");
    CHECK(with(R"({"T": 2, "serves_shorter": true, "values": [1, 2]})") ==
          "net.json: populations[1] \"a\": the tick bias has 2 values, must have 4 (T = 2 ticks, 2 channels)");
    CHECK(with(R"({"T": 2, "values": [1, 2, 3, 4]})") ==
          R"(net.json: populations[1].tick_bias: "serves_shorter" is missing)");
}

TEST_CASE("network file: an activation that cannot be is refused") {
    const std::string where = "net.json: populations[1].activation";
    const auto said = [](const std::string& activation) {
        return message("\"bias\":", "\"activation\": " + activation + ", \"bias\":");
    };
    CHECK(said(R"({"type": "relu"})") == "no error");
    CHECK(said(R"({"type": "relu", "cap": [6, 3]})") == "no error");
    CHECK(said(R"({"type": "relu", "cap": [6, 3, 1]})") ==
          where + ".cap: has 3 values, must have 1 or 2 (one a channel)");
    CHECK(said(R"({"type": "relu", "cap": -1})") == where + ".cap: -1, has the value -1.0, must be greater than 0");
    CHECK(said(R"({"type": "step", "threshold": 1, "L": 0})") ==
          where + ".L: 0, must be a whole number from 1 to 2147483647");
    CHECK(said(R"({"type": "step", "L": 4})") == where + R"(: "threshold" is missing)");
    CHECK(said(R"({"type": "step", "threshold": [1, 0], "L": 4})") ==
          where + ".threshold: has the value 0.0, must be greater than 0");
    CHECK(said(R"({"type": "sigmoid"})") == where + R"(.type: "sigmoid", is not known; possible: "relu", "step")");
}

TEST_CASE("network file: two-phase neurons and relays that cannot be are refused") {
    const std::string neuron = R"("model": "integrate_and_fire", "v_threshold": 1.0, "v_init": 0.5, "v_reset": null)";
    const auto two_phase = [&](const std::string& members) {
        return message(neuron, R"("model": "two_phase")" + members);
    };
    const std::string where = "net.json: populations[1]";
    CHECK(two_phase(R"(, "v_threshold": 1, "rule": "memoryless")") == "no error");
    CHECK(two_phase(R"(, "v_threshold": 1)") == where + R"(: "rule" is missing)");
    CHECK(two_phase(R"(, "rule": "stochastic")") == where + R"(: "v_threshold" is missing)");
    CHECK(two_phase(R"(, "v_threshold": [1, 0], "rule": "stochastic")") ==
          where + ".v_threshold[1]: 0, must be greater than 0");
    CHECK(two_phase(R"(, "v_threshold": 1, "rule": "stochastik")") ==
          where + R"(.rule: "stochastik", is not known; did you mean "stochastic"?)");
    CHECK(two_phase(R"(, "v_threshold": 1, "rule": "stochastic", "v_reset": 0)")
              .starts_with(where + R"(: "v_reset" is not known here)"));
    CHECK(two_phase(R"(, "v_threshold": 1, "rule": "stochastic", "v_init": 65)") ==
          where + ".v_init: 65, must be between -64 and 64 thresholds");

    const auto relay = [&](const std::string& members) {
        return BrokenNetwork()
            .replace(neuron, R"("model": "relay")" + members)
            .replace(R"("bias": {"tensor": "a.bias"}, )", "")
            .replace(R"({"source": "in")", R"({"source": "in2")")
            .replace(R"("populations": [)",
                     R"("populations": [{"name": "in2", "shape": [2,1,1], "model": "two_phase", "v_threshold": 1,)"
                     R"( "rule": "stochastic"},)")
            .message();
    };
    CHECK(relay(R"(, "rule": "permute:shared")").starts_with("net.json: projections[0]"));  // not plain
    CHECK(relay("") == R"(net.json: populations[2]: "rule" is missing)");
    CHECK(relay(R"(, "rule": 3)") == "net.json: populations[2].rule: 3, must be a text in quotation marks");
    const std::string choices = "; there are " + rearrangement_help();
    CHECK(relay(R"(, "rule": "shuffle")") ==
          R"(net.json: populations[2].rule: rearrangement "shuffle": no such rule)" + choices);
    CHECK(
        relay(R"(, "rule": "order:2-0")") ==
        R"(net.json: populations[2].rule: rearrangement "order:2-0": an order names every tick from 0 to T - 1 once, )"
        "as 2-0-1 does" +
            choices);
    CHECK(relay(R"(, "rule": "reverse", "v_threshold": 1)")
              .starts_with(R"(net.json: populations[2]: "v_threshold" is not known here)"));
}

TEST_CASE("network file: a name that is not known is refused with the nearest that is") {
    CHECK(message(R"("v_threshold")", R"("v_treshold")") ==
          R"(net.json: populations[1]: "v_treshold" is not known here; did you mean "v_threshold"?)");
    CHECK(message(R"("notes": [)", R"("colour": "red", "notes": [)")
              .starts_with(R"(net.json: "colour" is not known here; possible: "format")"));
    CHECK(message(R"("read_out")", R"("readout")") ==
          R"(net.json: populations[2].model: "readout", is not known; did you mean "read_out"?)");
    CHECK(
        message(R"("type": "scale")", R"("type": "max_pool")") ==
        R"(net.json: projections[1].stages[0].type: "max_pool", is not known; possible: "convolution", "average_pool", "gather", "scale")");
    CHECK(message(R"("source": "in")", R"("source": "inn")") ==
          R"(net.json: projections[0].source: "inn", is no population; did you mean "in"?)");
    CHECK(message(R"("target": "out")", R"("target": "elsewhere")") ==
          R"(net.json: projections[1].target: "elsewhere", is no population of this network)");
    CHECK(message("syncopate-network/1", "syncopate-network/2") ==
          R"(net.json: format: "syncopate-network/2", is not known; did you mean "syncopate-network/1"?)");
    CHECK(message(R"("id": 3)", R"("id": 3, "id": 4)") == R"(net.json: populations[2]: "id" is given twice)");
    CHECK(
        message(R"("weights": "w")", R"("weights": "v")") ==
        R"(net.json: projections[0].stages[0].weights: "v", is no F32 tensor of the tensor file that is still unused)");
    CHECK(message(R"({"tensor": "a.bias"})", R"({"tensor": "w"})") ==
          R"(net.json: populations[1].bias.tensor: "w", is no F64 tensor of the tensor file that is still unused)");
    CHECK(
        message(R"("factor": [1.0,2.0])", R"("factor": {"tensor": "a.bias"})") ==
        R"(net.json: projections[1].stages[0].factor.tensor: "a.bias", is no F64 tensor of the tensor file that is still unused)");
}

TEST_CASE("network file: what the whole graph breaks is said with the file's name") {
    CHECK(message(R"("kernel": [1,1])", R"("kernel": [2,1])") ==
          R"(net.json: projections[0].stages[0]: weights "w" have 4 values, 8 are needed)");
    CHECK(
        message(R"("source": "a", "target": "out")", R"("source": "a", "target": "a")") ==
        R"(net.json: populations "a" form a cycle whose total delay is 0; give one of its projections a delay of at least 1 tick)");
    CHECK(message(R"("name": "a")", R"("name": "out")").starts_with("net.json: "));
}

TEST_CASE("network file: weights that belong to another network are refused") {
    BrokenNetwork network;
    std::string bytes = network.folder.read("net.safetensors");
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    const std::string hash = sha256_of_file(network.folder.write("net.safetensors", bytes));
    const std::string said = network.message();
    CHECK(said.starts_with("net.json: tensors.sha256: \""));
    CHECK(said.ends_with("but net.safetensors has " + hash + "; the two files do not belong together, convert again"));
    std::filesystem::remove(network.folder / "net.safetensors");
    CHECK(network.message() == "net.safetensors: there is no such file");
}

TEST_CASE("network file: the weights must lie in the folder of the JSON") {
    for (const std::string file : {"../net.safetensors", "/etc/passwd", "a/../net.safetensors", "..", ".", "",
                                   "..\\\\net.safetensors", "a\\u0000"}) {
        CAPTURE(file);
        const std::string said = message("\"file\": \"net.safetensors\"", "\"file\": \"" + file + "\"");
        CHECK(said.starts_with("net.json: tensors.file: "));
        CHECK(said.ends_with(", must be the name of a file in the folder of this one"));
    }
}

TEST_CASE("network file: what is no JSON, too deep, too large or no file is refused") {
    BrokenNetwork network;
    network.text = "{\"format\": ";
    CHECK(network.message().starts_with("net.json: not valid JSON: parse error at line 1, column 12"));
    network.text = std::string(1'000'000, '[');
    CHECK(network.message() == "net.json: nested deeper than 32 levels");
    network.text = "[" + std::string(2'000'000, '\n') + "]";
    CHECK(network.message() == "net.json: must be an object");
    network.text = "[0";
    for (int i = 0; i < 1'000'000; ++i) network.text += ",0";
    CHECK(network.message() == "net.json: more than 1000000 JSON values; this file is not sensible");
    std::filesystem::resize_file(network.folder / "net.json", (16 << 20) + 1);
    CHECK(network.message_of_file() == "net.json: has 16777217 bytes, at most 16777216 are possible for such a file");
    std::filesystem::remove(network.folder / "net.json");
    CHECK(network.message_of_file() == "net.json: cannot be read: No such file or directory");
    std::filesystem::create_directory(network.folder / "net.json");
    CHECK(network.message_of_file() == "net.json: is a folder, a JSON file is needed");
}

TEST_CASE("network file: any prefix of the JSON is refused and nothing else happens") {
    BrokenNetwork network;
    const std::string whole = network.text;
    for (std::size_t length = 0; length + 2 < whole.size(); length += 7) {
        CAPTURE(length);
        network.text = whole.substr(0, length);
        CHECK(network.message().starts_with("net.json: not valid JSON"));
    }
}

TEST_CASE("network file: whatever bytes are damaged, it is read or refused with the file's name, never worse") {
    BrokenNetwork network;
    const std::string whole = network.text;
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        std::mt19937 random(seed);
        network.text = whole;
        for (int n = 0; n < 3; ++n) network.text[random() % whole.size()] = R"({}[],":019-.e)"[random() % 13];
        const std::string said = network.message();
        CHECK((said == "no error" || said.starts_with("net.json: ") || said.ends_with(": there is no such file")));
    }
}
