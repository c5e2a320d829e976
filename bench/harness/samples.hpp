#pragma once

#include <cstddef>
#include <vector>

namespace kontor::bench {

/// Repeated measurements of one thing.
class Samples {
 public:
  void add(double value) { values_.push_back(value); }
  const std::vector<double>& values() const { return values_; }
  std::size_t size() const { return values_.size(); }
  double mean() const;
  /// The value below which this share of the samples lies, from 0 to 1, interpolated. At least one sample.
  double quantile(double share) const;
  double median() const { return quantile(0.5); }
  double p95() const { return quantile(0.95); }

 private:
  std::vector<double> values_;
};

}  // namespace kontor::bench
