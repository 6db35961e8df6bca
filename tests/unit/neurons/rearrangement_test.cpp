// Sanitizers make GCC 12 take members of std::regex for uninitialised (GCC bug 105562).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

#include "neurons/rearrangement.hpp"

#include "core/error.hpp"
#include "tests/support/plain_rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <vector>

using namespace syncopate;

namespace {

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
                                   "swap:0",
                                   "swap:3",
                                   "swap:1000000:fixed",
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

TEST_CASE("every rule says in a sentence what it does, with its numbers and who shares its draws") {
    std::set<std::string> sentences;
    for (const char* text :
         {"identity", "permute", "permute:channel", "permute:shared", "permute:fixed", "reverse", "earliest", "latest",
          "even", "rotate:2", "order:1-0", "jitter:1.5", "swap:3", "drop:0.25", "insert:0.1"}) {
        CAPTURE(text);
        const std::string sentence = parse_rearrangement(text)->sentence();
        CHECK(sentences.insert(sentence).second);
        CHECK_FALSE(sentence.ends_with('.'));
    }
    CHECK(parse_rearrangement("drop:0.25:fixed")->sentence() ==
          "Leaves out each spike with probability 0.25, the same for all samples");
    CHECK(parse_rearrangement("permute:shared")->sentence() ==
          "Puts the ticks of the layer into an order drawn at random");
    CHECK(parse_rearrangement("rotate")->sentence() == "Moves all spikes by 1 tick, around the end of the window");
}

TEST_CASE("what goes without saying is not written") {
    CHECK(to_string(parse_rearrangement("permute:neuron")) == "permute");
    CHECK(to_string(parse_rearrangement("permute:neuron:sample")) == "permute");
    CHECK(to_string(parse_rearrangement("permute:sample")) == "permute");
    CHECK(to_string(parse_rearrangement("permute:shared:sample")) == "permute:shared");
    CHECK(to_string(parse_rearrangement("rotate:1")) == "rotate");
    CHECK(to_string(parse_rearrangement("jitter:1.50:sample")) == "jitter:1.5");
}

TEST_CASE("an amount that no short text holds is still read back exactly") {
    for (const double amount : {1.0 / 3.0, 0.1 + 0.2, 1e-300, 0.9999999999999999}) {
        CAPTURE(amount);
        std::array<char, 400> digits{};
        std::snprintf(digits.data(), digits.size(), "%.17g", amount);
        CHECK(std::stod(to_string(parse_rearrangement("drop:" + std::string(digits.data()))).substr(5)) == amount);
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
    CHECK(refusal("swap") == "swap takes a number of exchanges from 0 to 1000000");
    CHECK(refusal("swap:-1") == "swap takes a number of exchanges from 0 to 1000000");
    CHECK(refusal("swap:1000001") == "swap takes a number of exchanges from 0 to 1000000");
    CHECK(refusal("swap:1.5") == "swap takes a number of exchanges from 0 to 1000000");
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

TEST_CASE("an order made of ticks is the order that is written with them") {
    CHECK(to_string(order_rearrangement({2, 0, 1})) == "order:2-0-1");
    CHECK(order_rearrangement({2, 0, 1}) == parse_rearrangement("order:2-0-1"));
    CHECK_THROWS_AS(order_rearrangement({2, 0}), UsageError);
    CHECK_THROWS_AS(order_rearrangement({}), UsageError);
}

TEST_CASE("the rule that nobody named is identity") { CHECK(to_string(Rearrangement{}) == "identity"); }

TEST_CASE("every rule says whether it draws, keeps counts, takes counts for trains, or fits one T only") {
    struct Facts {
        std::string text;
        bool has_chance = false, keeps_counts = true, needs_counts_only = false;
        std::optional<Tick> only_duration = {};
    };
    const std::vector<Facts> all = {{"identity"},
                                    {"permute", true, true, true},
                                    {"permute:channel", true},
                                    {"permute:shared", true},
                                    {"order:2-0-1", false, true, false, 3},
                                    {"reverse"},
                                    {"earliest", false, true, true},
                                    {"latest", false, true, true},
                                    {"even", false, true, true},
                                    {"rotate"},
                                    {"jitter:1", true},
                                    {"swap:2", true},
                                    {"drop:0.5", true, false},
                                    {"insert:0.5", true, false}};
    for (const Facts& facts : all) {
        CAPTURE(facts.text);
        const Rearrangement rule = parse_rearrangement(facts.text);
        CHECK(rule->has_chance() == facts.has_chance);
        CHECK(rule->keeps_counts() == facts.keeps_counts);
        CHECK(rule->needs_counts_only() == facts.needs_counts_only);
        CHECK(rule->only_duration() == facts.only_duration);
    }
}

TEST_CASE("the table has the rules that the reference simulator has, and no others") {
    std::vector<std::string> names = rearrangement_names(), plain = plain_rule_names();
    std::ranges::sort(names);
    std::ranges::sort(plain);
    CHECK(names == plain);
}

TEST_CASE("a rule says that it is the identity exactly where it leaves every window as it is") {
    for (const std::string text :
         {"identity", "permute",    "permute:shared", "order:0-1-2", "order:1-0-2", "reverse",   "earliest",
          "latest",   "even",       "rotate",         "rotate:0",    "rotate:3",    "rotate:-6", "rotate:4",
          "jitter:0", "jitter:2",   "swap:0",         "swap:1",      "swap:2",      "swap:3",    "drop:0",
          "drop:0.5", "drop:1e-12", "insert:0",       "insert:0.5"}) {
        const Rearrangement rule = parse_rearrangement(text);
        for (const Tick T : {1, 2, 3, 4}) {
            if (rule->only_duration().value_or(T) != T) continue;
            CAPTURE(text);
            CAPTURE(T);
            bool changes = false;
            for (std::uint32_t neuron = 0; neuron < 40; ++neuron) {
                for (unsigned pattern = 0; pattern < (1u << T); ++pattern) {
                    PlainTrain train;
                    for (Tick t = 0; t < T; ++t) train.push_back((pattern >> t) & 1u ? t + 1 : 0);
                    changes = changes || rearranged_plainly(text, train, {{1, 2}, 3, 0, neuron}) != train;
                }
            }
            // drop:1e-12 draws, but no 32-bit draw is that small.
            CHECK(rule->is_identity(T) == !changes);
        }
    }
}

TEST_CASE("the pattern of the network file's schema takes what is read and refuses what is not") {
    const std::regex pattern(rearrangement_pattern());
    for (const char* text : {"identity", "permute", "permute:channel:fixed", "permute:sample", "order:0", "order:2-0-1",
                             "reverse", "earliest", "latest", "even", "rotate", "rotate:-7", "jitter:1.5",
                             "swap:3:fixed", "drop:.5", "insert:1e-09:fixed"}) {
        CAPTURE(text);
        CHECK_NOTHROW(parse_rearrangement(text));
        CHECK(std::regex_match(text, pattern));
    }
    for (const char* text : {"", "shuffle", "permute:fixed:channel", "order", "order:", "rotate:x",
                             "jitter:", "swap:", "swap:1.5", "drop", "reverse:2", "jitter:1:channel"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_rearrangement(text), UsageError);
        CHECK_FALSE(std::regex_match(text, pattern));
    }
}
