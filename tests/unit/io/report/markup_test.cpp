#include "tests/unit/io/report/markup.hpp"

#include "io/plot/svg_drawing.hpp"

#include <doctest/doctest.h>

using namespace syncopate;
using namespace syncopate::test;

TEST_SUITE("report") {
    TEST_CASE("The check of markup finds what is wrong") {
        CHECK(markup_fault("<a><b x=\"1\"/>&lt;</a>").empty());
        CHECK(markup_fault("<a><b></a></b>") != "");
        CHECK(markup_fault("<a>") != "");
        CHECK(markup_fault("</a>") != "");
        CHECK(markup_fault("<a>x & y</a>") != "");
        CHECK(markup_fault("<a>x < y</a>") != "");
        CHECK(markup_fault("<a b=\"c>d</a>") != "");
    }

    TEST_CASE("The check of legibility finds texts that overlap or leave the drawing") {
        const auto fault = [](Point first, Point second) {
            SvgDrawing svg(200.0, 50.0, "test");
            svg.text(first, "conv1");
            svg.text(second, "conv2");
            return legibility_fault(svg.finish());
        };
        CHECK(fault({10.0, 20.0}, {100.0, 20.0}).empty());
        CHECK(fault({10.0, 20.0}, {20.0, 24.0}) == "overlapping: conv1, conv2");
        CHECK(fault({10.0, 20.0}, {190.0, 20.0}) == "outside: conv2");
        CHECK(fault({10.0, 20.0}, {100.0, 60.0}) == "outside: conv2");
        CHECK(fault({10.0, 2.0}, {100.0, 20.0}) == "outside: conv1");
    }

    TEST_CASE("The search for words leaves parts of words alone") {
        CHECK(has_word("x=\"nan\"", "nan"));
        CHECK_FALSE(has_word("finance", "nan"));
    }
}
