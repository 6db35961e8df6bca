#include "io/study/study_result.hpp"

namespace syncopate {

std::string to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::no_evidence:
            return "no evidence";
        case Verdict::better:
            return "better";
        case Verdict::worse:
            return "worse";
        case Verdict::identical:
            return "identical";
    }
    return "";  // no other value exists
}

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
