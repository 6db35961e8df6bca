#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace syncopate::test {

/// What is wrong with a page or drawing: a tag that is not closed, a bare "<" or "&"; empty if nothing is.
std::string markup_fault(std::string_view text);

/// The drawings of a page, from "<svg" to "</svg>".
std::vector<std::string> drawings(const std::string& page);

/// What stands between the heading of this id and the next; empty if there is none.
std::string section(const std::string& page, const std::string& id);

/// Value of the first attribute of that name, or "" without one.
std::string attribute(std::string_view tag, std::string_view name);

/// The places of a drawing's texts that do not fit into it, or that cover one another; empty if all can be read.
std::string legibility_fault(const std::string& drawing);

/// Whether the word stands there, not as a part of a longer one.
bool has_word(std::string_view text, std::string_view word);

/// How often the part occurs.
std::size_t occurrences(std::string_view text, std::string_view part);

}  // namespace syncopate::test
