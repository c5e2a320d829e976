#include "harness/samples.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kontor::bench {

double Samples::mean() const {
  return std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
}

double Samples::quantile(double share) const {
  auto sorted = values_;
  std::ranges::sort(sorted);
  const auto place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

}  // namespace kontor::bench
