#include "io/plot/escape.hpp"
#include "io/plot/text_width.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

TEST_SUITE("plot") {
    TEST_CASE("Characters that HTML and SVG reserve are replaced by entities") {
        CHECK(escaped("a<b>&\"c'") == "a&lt;b&gt;&amp;&quot;c&#39;");
        CHECK(escaped("N_snn − N_ann ≥ θ") == "N_snn − N_ann ≥ θ");
    }

    TEST_CASE("Bytes that are not UTF-8, and control characters, become U+FFFD") {
        CHECK(escaped("a\x01") == "a\xEF\xBF\xBD");
        CHECK(escaped("\xFF") == "\xEF\xBF\xBD");
        CHECK(escaped("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // "/", overlong
        CHECK(escaped("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");  // a surrogate
        CHECK(escaped("\xE2\x88") == "\xEF\xBF\xBD\xEF\xBF\xBD");                  // cut off
        CHECK(escaped("a\tb\n") == "a\tb\n");
    }

    TEST_CASE("A text that is too wide keeps its two ends") {
        CHECK(fitted("conv1", 10.0, 100.0) == "conv1");
        const std::string shorter = fitted("features.module.12.convolution.relu", 10.0, 100.0);
        CHECK(text_width(shorter, 10.0) <= 100.0);
        CHECK(shorter.substr(0, 4) == "feat");
        CHECK(shorter.substr(shorter.size() - 4) == "relu");
        CHECK(shorter.find("…") != std::string::npos);
    }

    TEST_CASE("Cutting a text does not cut a character") {
        for (int width = 0; width < 100; width += 3)
            CHECK(escaped(fitted("θθθθθθθθθθθθθθθθ", 10.0, width)).find("\xEF\xBF\xBD") == std::string::npos);
    }
}
