#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/machine.hpp"
#include "harness/samples.hpp"

namespace kontor::bench {

enum class Better : std::uint8_t { less, more };

/// A figure.
struct Metric {
  std::string name;
  double value = 0;
  std::string unit;
  std::optional<double> target = {};  ///< what it is to stay below, or above, or at
  std::string spread = {};            ///< how far the samples lie apart, or what the figure is
  Better better = Better::less;
};

/// Collects figures and prints them beside their targets.
class Report {
 public:
  void add(Metric metric) { metrics_.push_back(std::move(metric)); }
  /// The median, with the quartiles as spread.
  void add_median(std::string name, const Samples& samples, std::string unit, std::optional<double> target,
                  Better better = Better::less);
  /// `{name}_p50_ms{suffix}` with its target and `{name}_p95_ms{suffix}`.
  void add_times(const std::string& name, const std::string& suffix, const Samples& milliseconds,
                 std::optional<double> target);

  void print(const Machine& machine) const;
  /// A list of {metric, value, unit, target}. Throws when the file cannot be written.
  void write_json(const std::filesystem::path& file) const;

 private:
  std::vector<Metric> metrics_;
};

/// A line about what is being done, with the seconds since the program began.
void progress(std::string_view text);

}  // namespace kontor::bench
