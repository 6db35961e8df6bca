#include "io/study/study_result.hpp"

namespace syncopate {

std::string to_string(ControlOutcome outcome) {
    switch (outcome) {
        case ControlOutcome::passed:
            return "passed";
        case ControlOutcome::failed:
            return "failed";
        case ControlOutcome::impossible:
            return "impossible";
    }
    return "";
}

}  // namespace syncopate
