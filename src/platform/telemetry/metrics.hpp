#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Numbers about the process in Prometheus' form. A module declares all of its own in one source, which
/// for most is its assembly.cpp; `kontor metrics` lists those of all modules:
///
///     inline constexpr MetricSpec transfers_started{"kontor_transfers_started_total", "transfers",
///                                                   "Transfers that reached STARTED", {"role"}};
///     struct TransferMetrics {
///       explicit TransferMetrics(Registry& registry) : started(registry.counters(transfers_started)) {}
///       Counters& started;
///     };
///     metrics.started.with({"provider"}).add();
///
/// Threads: values from any, without a lock; a new combination of labels takes a short lock.
namespace kontor::platform::telemetry {

/// What a metric is. Counters end in `_total`; times are in `_seconds`, sizes in `_bytes`. Texts are
/// literals.
struct MetricSpec {
  static constexpr std::size_t labels_max = 4;

  std::string_view name;
  std::string_view unit;  ///< of one count: `seconds`, `bytes`, `transfers`
  std::string_view help;
  std::string_view labels[labels_max] = {};
  /// Combinations of label values that are kept. What comes later is counted under the value `other`, so that
  /// a stranger who chooses values cannot fill the memory.
  std::size_t series_max = 200;

  constexpr std::size_t label_count() const {
    std::size_t count = 0;
    while (count < labels_max && !labels[count].empty()) ++count;
    return count;
  }
};

class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

/// Counts values in buckets of growing upper bounds.
class Histogram {
 public:
  explicit Histogram(std::span<const double> bounds);
  void observe(double value);

  std::span<const double> bounds() const { return bounds_; }
  std::uint64_t count_of(std::size_t bucket) const {
    return buckets_[bucket].load(std::memory_order_relaxed);
  }
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  std::span<const double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> buckets_;  ///< one more than bounds: above the last
  std::atomic<double> sum_{0};
};

/// From half a millisecond to half a minute, for times in seconds.
extern const std::span<const double> latency_buckets;

/// One metric with its labels: a value for each combination of label values that occurred.
template <class Value>
class Family {
 public:
  Family(const MetricSpec& spec, std::function<std::unique_ptr<Value>()> make)
      : spec_(spec), make_(std::move(make)) {}

  /// The value for these labels, in the order of the declaration. The reference stays valid: keep it where it
  /// is hot.
  Value& with(std::initializer_list<std::string_view> label_values);
  const MetricSpec& spec() const { return spec_; }

  template <class Visit>
  void each(Visit visit) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [labels, value] : series_) visit(labels, *value);
  }

 private:
  MetricSpec spec_;
  std::function<std::unique_ptr<Value>()> make_;
  mutable std::mutex mutex_;
  std::map<std::vector<std::string>, std::unique_ptr<Value>> series_;
};
using Counters = Family<Counter>;
using Gauges = Family<Gauge>;
using Histograms = Family<Histogram>;
extern template class Family<Counter>;
extern template class Family<Gauge>;
extern template class Family<Histogram>;

/// All metrics of a process. One per process, handed in. A metric may be asked for again under the same
/// declaration; a second declaration of a name, or a name against the rules above, is a broken invariant.
class Registry {
 public:
  Registry();
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// Without labels.
  Counter& counter(const MetricSpec& spec);
  Gauge& gauge(const MetricSpec& spec);
  Histogram& histogram(const MetricSpec& spec, std::span<const double> bounds = latency_buckets);
  /// With labels.
  Counters& counters(const MetricSpec& spec);
  Gauges& gauges(const MetricSpec& spec);
  Histograms& histograms(const MetricSpec& spec, std::span<const double> bounds = latency_buckets);
  /// Read when somebody asks; a counter when its name ends in `_total`, else a gauge. `read` lives as long as
  /// the registry and may be called from the thread that exposes.
  void observe(const MetricSpec& spec, std::function<double()> read);

  /// The text exposition format, version 0.0.4.
  std::string expose() const;
  /// A line a metric: name, type, unit, labels, help.
  std::string list() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Memory, open files and processor time of this process, under the names that every Prometheus library uses.
void add_process_metrics(Registry& registry);

}  // namespace kontor::platform::telemetry
