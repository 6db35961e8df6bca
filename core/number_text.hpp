#pragma once

#include <string>

namespace syncopate {

/// The shortest text that reads back as the same double.
std::string number_text(double value);

}  // namespace syncopate
