#include "neurons/rearrangement.hpp"

#include "core/error.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace syncopate;

namespace {

using Kind = Rearrangement::Kind;
using Grain = Rearrangement::Grain;

/// The message of the refusal, without what all of them share: the text that was refused, and the choices.
std::string refusal(const std::string& text) {
    try {
        parse_rearrangement(text);
    } catch (const UsageError& error) {
        const std::string message = error.what();
        const std::string begin = "rearrangement \"" + text + "\": ", end = "; there are " + rearrangement_help();
        REQUIRE(message.rfind(begin, 0) == 0);
        REQUIRE(message.size() > begin.size() + end.size());
        REQUIRE(message.substr(message.size() - end.size()) == end);
        return message.substr(begin.size(), message.size() - begin.size() - end.size());
    }
    return "is taken";
}

}  // namespace

TEST_CASE("every rule is written as it is read") {
    for (const std::string text : {"identity",
                                   "permute",
                                   "permute:channel",
                                   "permute:shared",
                                   "permute:fixed",
                                   "permute:channel:fixed",
                                   "permute:shared:fixed",
                                   "order:0",
                                   "order:2-0-1",
                                   "reverse",
                                   "earliest",
                                   "latest",
                                   "even",
                                   "rotate",
                                   "rotate:0",
                                   "rotate:-7",
                                   "rotate:2147483647",
                                   "jitter:0",
                                   "jitter:1.5",
                                   "jitter:0.1:fixed",
                                   "jitter:10000",
                                   "drop:0",
                                   "drop:0.3",
                                   "drop:1:fixed",
                                   "insert:0.25",
                                   "insert:1e-09:fixed"}) {
        CAPTURE(text);
        CHECK(to_string(parse_rearrangement(text)) == text);
        CHECK(parse_rearrangement(to_string(parse_rearrangement(text))) == parse_rearrangement(text));
    }
}

TEST_CASE("what goes without saying is not written") {
    CHECK(to_string(parse_rearrangement("permute:neuron")) == "permute");
    CHECK(to_string(parse_rearrangement("permute:neuron:sample")) == "permute");
    CHECK(to_string(parse_rearrangement("permute:sample")) == "permute");
    CHECK(to_string(parse_rearrangement("permute:shared:sample")) == "permute:shared");
    CHECK(to_string(parse_rearrangement("rotate:1")) == "rotate");
    CHECK(to_string(parse_rearrangement("jitter:1.50:sample")) == "jitter:1.5");
}

TEST_CASE("a rule's words go into its fields") {
    CHECK(parse_rearrangement("permute:channel:fixed") ==
          Rearrangement{.kind = Kind::permute, .grain = Grain::channel, .is_fixed = true});
    CHECK(parse_rearrangement("permute:shared") == Rearrangement{.kind = Kind::permute, .grain = Grain::layer});
    CHECK(parse_rearrangement("order:2-0-1") == Rearrangement{.kind = Kind::order, .order = {2, 0, 1}});
    CHECK(parse_rearrangement("rotate:-3") == Rearrangement{.kind = Kind::rotate, .shift = -3});
    CHECK(parse_rearrangement("jitter:0.1") == Rearrangement{.kind = Kind::jitter, .amount = 0.1});
}

TEST_CASE("an amount that no short text holds is still read back exactly") {
    for (const double amount : {1.0 / 3.0, 0.1 + 0.2, 1e-300, 0.9999999999999999}) {
        CAPTURE(amount);
        const Rearrangement rule{.kind = Kind::drop, .amount = amount};
        CHECK(parse_rearrangement(to_string(rule)) == rule);
    }
}

TEST_CASE("what cannot be read is refused with the text, what is wrong and the choices") {
    CHECK(refusal("") == "no such rule");
    CHECK(refusal("shuffle") == "no such rule");
    CHECK(refusal("Permute") == "no such rule");
    CHECK(refusal(" permute") == "no such rule");
    CHECK(refusal("jitter") == "a number is missing");
    CHECK(refusal("jitter:-1") == "sigma -1, must be a number from 0 to 10000 ticks");
    CHECK(refusal("jitter:10001") == "sigma 10001, must be a number from 0 to 10000 ticks");
    CHECK(refusal("jitter:inf") == "sigma inf, must be a number from 0 to 10000 ticks");
    CHECK(refusal("jitter:1e999") == "sigma 1e999, must be a number from 0 to 10000 ticks");
    CHECK(refusal("jitter:") == "sigma , must be a number from 0 to 10000 ticks");
    CHECK(refusal("drop:1.5") == "p 1.5, must be a number from 0 to 1");
    CHECK(refusal("drop:nan") == "p nan, must be a number from 0 to 1");
    CHECK(refusal("drop:0.5x") == "p 0.5x, must be a number from 0 to 1");
    CHECK(refusal("insert:-0.1") == "p -0.1, must be a number from 0 to 1");
    CHECK(refusal("order") == "the order is missing");
    CHECK(refusal("order:0-0") == "an order names every tick from 0 to T - 1 once, as 2-0-1 does");
    CHECK(refusal("order:2") == "an order names every tick from 0 to T - 1 once, as 2-0-1 does");
    CHECK(refusal("order:0-2-3") == "an order names every tick from 0 to T - 1 once, as 2-0-1 does");
    CHECK(refusal("order:0--1") == "an order is a list of ticks like 2-0-1");
    CHECK(refusal("order:") == "an order is a list of ticks like 2-0-1");
    CHECK(refusal("order:a-b") == "an order is a list of ticks like 2-0-1");
    CHECK(refusal("permute:x") == "\"x\" is not understood");
    CHECK(refusal("permute:fixed:channel") == "\"channel\" is not understood");
    CHECK(refusal("permute:") == "\"\" is not understood");
    CHECK(refusal("rotate:1.5") == "rotate takes a whole number of ticks");
    CHECK(refusal("rotate:99999999999") == "rotate takes a whole number of ticks");
    CHECK(refusal("reverse:fixed") == "\"fixed\" is not understood");
    CHECK(refusal("reverse:2") == "\"2\" is not understood");
    CHECK(refusal("identity ") == "no such rule");
    CHECK(refusal("order:1-0:fixed") == "\"fixed\" is not understood");
    CHECK(refusal("drop:0.5:fixed:fixed") == "\"fixed\" is not understood");
}

TEST_CASE("the rules that draw are permute, jitter, drop and insert") {
    for (const char* text : {"permute", "jitter:1", "drop:0.5", "insert:0.5"})
        CHECK(parse_rearrangement(text).has_chance());
    for (const char* text : {"identity", "order:0", "reverse", "earliest", "latest", "even", "rotate"})
        CHECK_FALSE(parse_rearrangement(text).has_chance());
}
