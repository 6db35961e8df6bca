#pragma once

#include <vector>

namespace syncopate::report {

/// Tells differences to the baseline that lie far from all others: an axis that went so far would show nothing of
/// these.
class FarValues {
public:
    /// `differences`: all that are drawn. `least`: less than that is never far.
    FarValues(std::vector<double> differences, double least);

    /// Beyond the middle half of the differences, or 0, by more than six times the length of these, or 6 · `least`.
    bool is_far(double difference) const { return difference < low_ || difference > high_; }

private:
    double low_ = 0.0;
    double high_ = 0.0;
};

}  // namespace syncopate::report
