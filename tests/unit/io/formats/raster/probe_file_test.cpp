#include "io/formats/raster/probe_file.hpp"

#include "core/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace syncopate;

namespace {

ProbeRecord small_record() {
    ProbeRecord record;
    record.run = {.version = "0.1.0",
                  .network = "net.json",
                  .network_hash = "ab",
                  .rule = "synchronous",
                  .T = 3,
                  .unit = "tick",
                  .seed = 5,
                  .edits = {"--fraction-bits 16"}};
    Probe probe;
    probe.sample = 12;
    probe.layer = "conv1";
    probe.shape = {2, 3, 4};
    probe.v_threshold = 1.0 / 3.0;
    probe.offset = 3;
    probe.trace = {17, {0.1, -0.0, 5e-324}, {0.6, 1.25, 0x1p-24}, {0.6, 0.25, -1e300}, {0, 1, -3}};
    record.probes = {probe, probe};
    record.probes[1].trace.neuron = 0;
    record.probes[1].v_threshold.reset();
    return record;
}

std::string message(const std::string& old_text, const std::string& new_text) {
    const TemporaryFolder folder;
    write_probes(small_record(), folder / "p.json");
    std::string text = folder.read("p.json");
    const auto at = text.find(old_text);
    REQUIRE_MESSAGE(at != std::string::npos, old_text << " not in " << text);
    folder.write("p.json", text.replace(at, old_text.size(), new_text));
    try {
        read_probes(folder / "p.json");
    } catch (const Error& error) {
        return std::string(error.what()).substr((folder / "").string().size());
    }
    return "no error";
}

}  // namespace

TEST_CASE("probe file: every number comes back to the last bit") {
    const TemporaryFolder folder;
    const ProbeRecord record = small_record();
    write_probes(record, folder / "p.json");
    const ProbeRecord read = read_probes(folder / "p.json");
    CHECK(read.run.network_hash == "ab");
    CHECK(read.run.T == 3);
    CHECK(read.run.seed == 5);
    CHECK(read.run.edits == record.run.edits);
    REQUIRE(read.probes.size() == 2);
    for (std::size_t p = 0; p < 2; ++p) {
        CHECK(read.probes[p].sample == 12);
        CHECK(read.probes[p].layer == "conv1");
        CHECK(read.probes[p].shape == Shape{2, 3, 4});
        CHECK(read.probes[p].v_threshold == record.probes[p].v_threshold);
        CHECK(read.probes[p].offset == 3);
        CHECK(read.probes[p].trace.neuron == record.probes[p].trace.neuron);
        CHECK(read.probes[p].trace.current == record.probes[p].trace.current);
        CHECK(std::signbit(read.probes[p].trace.current[1]));
        CHECK(read.probes[p].trace.potential_at_test == record.probes[p].trace.potential_at_test);
        CHECK(read.probes[p].trace.potential == record.probes[p].trace.potential);
        CHECK(read.probes[p].trace.spikes == record.probes[p].trace.spikes);
    }
}

TEST_CASE("probe file: the position of a neuron is channel, row, column") {
    const TemporaryFolder folder;
    write_probes(small_record(), folder / "p.json");
    CHECK(folder.read("p.json").find(R"("id": 17, "position": [1,1,1])") != std::string::npos);
    const NeuronPosition last = neuron_position(23, {2, 3, 4});
    CHECK(last.channel == 1);
    CHECK(last.y == 2);
    CHECK(last.x == 3);
}

TEST_CASE("probe file: what cannot be is refused with path, value and remedy") {
    CHECK(message("\"id\": 17", "\"id\": 24") == "p.json: probes[0].id: 24, must be a whole number from 0 to 23");
    CHECK(message("\"id\": 17", "\"id\": 18") == "p.json: probes[0].position: must be [1,1,2] for id 18");
    CHECK(message("\"spikes\": [0,1,-3]", "\"spikes\": [0,1]") ==
          "p.json: probes[0].spikes: has 2 values, must have T = 3");
    CHECK(message("\"spikes\": [0,1,-3]", "\"spikes\": [0,1.5,0]")
              .starts_with("p.json: probes[0].spikes[1]: 1.5, must be a whole number"));
    CHECK(message("\"current\": [0.1", "\"current\": [null") == "p.json: probes[0].current[0]: null, must be a number");
    CHECK(message("\"potential\"", "\"potentials\"") ==
          R"(p.json: probes[0]: "potentials" is not known here; did you mean "potential"?)");
    CHECK(message("\"v_threshold\": 0.3", "\"v_threshold\": -0.3").find("probes[0].v_threshold: -0.3") !=
          std::string::npos);
    CHECK(message("\"T\": 3", "\"T\": 1073741824") ==
          "p.json: probes[0].current: has 3 values, must have T = 1073741824");
    CHECK(message("\"rule\": \"synchronous\"", "\"rule\": \"x\"") ==
          R"(p.json: rule: "x", must be "synchronous" or "asynchronous")");
    CHECK(message("syncopate-probe/1", "syncopate-raster/1")
              .starts_with(R"(p.json: format: "syncopate-raster/1", is not known)"));
}

TEST_CASE("probe file: what reading would refuse is not written") {
    const TemporaryFolder folder;
    const std::string file = (folder / "p.json").string();
    ProbeRecord record = small_record();
    record.probes[1].trace.potential[2] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(write_probes(record, file), (file + ": probes[1]: holds a number that is not finite").c_str(),
                         Error);
    record = small_record();
    record.probes[1].trace.spikes.pop_back();
    CHECK_THROWS_WITH_AS(write_probes(record, file),
                         (file + ": probes[1]: the trace does not have T = 3 ticks in each list").c_str(), Error);
    record = small_record();
    record.probes[0].trace.neuron = 24;
    CHECK_THROWS_WITH_AS(write_probes(record, file), (file + ": probes[0].id: 24, the layer has 24 neurons").c_str(),
                         Error);
    record.run.T = 1 << 20;
    CHECK_THROWS_WITH_AS(write_probes(record, file),
                         (file + ": 2 probes of 1048576 ticks; that is more than this file may hold (2^19 neuron "
                                 "ticks); choose fewer neurons or samples")
                             .c_str(),
                         Error);
    CHECK(folder.names("").empty());
}
