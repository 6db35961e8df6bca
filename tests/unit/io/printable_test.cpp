#include "io/printable.hpp"

#include <doctest/doctest.h>

using namespace syncopate;

TEST_CASE("printable text is one line without control characters, and keeps all else") {
    CHECK(printable("") == "");
    CHECK(printable("net ö–λ.json") == "net ö–λ.json");
    CHECK(printable("a\nb\r\t\x7f") == R"(a\x0ab\x0d\x09\x7f)");
    CHECK(printable("\x1b[31mred") == R"(\x1b[31mred)");
    CHECK(printable("\xc2\x9b"
                    "31m") == R"(\x9b31m)");  // U+009B begins a command, too
    CHECK(printable("\xc2\xb1") == "±");
    CHECK(printable("\xc2") == "\xc2");
}
