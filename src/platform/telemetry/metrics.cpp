#include "platform/telemetry/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <variant>

#include "base/result/result.hpp"
#include "platform/telemetry/log.hpp"

namespace kontor::platform::telemetry {
namespace {

constexpr std::array<double, 13> latency_bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                0.1,    0.25,  0.5,    1,     5,    30};

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  }) && !(name.front() >= '0' && name.front() <= '9');
}

bool names_its_unit(const MetricSpec& spec) {
  auto name = spec.name;
  if (name.ends_with("_total")) name.remove_suffix(std::string_view("_total").size());
  const bool measured = spec.unit == "seconds" || spec.unit == "bytes" || spec.unit == "ratio";
  return !measured || name.ends_with(spec.unit);
}

std::string label_text(std::string_view value) {
  std::string text;
  append_escaped(text, value, 128);
  return text;
}

std::string number(double value) {
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

using Labels = std::vector<std::string>;

/// `{role="provider",le="0.1"}`, or nothing.
std::string label_set(const MetricSpec& spec, const Labels& values, std::string_view bound = {}) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", spec.labels[i], label_text(values[i]));
  }
  if (!bound.empty()) text += fmt::format("{}le=\"{}\"", text.empty() ? "" : ",", bound);
  return text.empty() ? text : "{" + text + "}";
}

void write_value(std::string& out, const MetricSpec& spec, const Labels& labels, const Counter& counter) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", spec.name, label_set(spec, labels), counter.value());
}

void write_value(std::string& out, const MetricSpec& spec, const Labels& labels, const Gauge& gauge) {
  fmt::format_to(std::back_inserter(out), "{}{} {}\n", spec.name, label_set(spec, labels),
                 number(gauge.value()));
}

void write_value(std::string& out, const MetricSpec& spec, const Labels& labels, const Histogram& histogram) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i <= histogram.bounds().size(); ++i) {
    count += histogram.count_of(i);
    const auto bound = i < histogram.bounds().size() ? number(histogram.bounds()[i]) : "+Inf";
    fmt::format_to(std::back_inserter(out), "{}_bucket{} {}\n", spec.name, label_set(spec, labels, bound),
                   count);
  }
  fmt::format_to(std::back_inserter(out), "{}_sum{} {}\n", spec.name, label_set(spec, labels),
                 number(histogram.sum()));
  fmt::format_to(std::back_inserter(out), "{}_count{} {}\n", spec.name, label_set(spec, labels), count);
}

struct Observed {
  MetricSpec metric;
  std::function<double()> read;
};

using Metric =
    std::variant<std::unique_ptr<Counters>, std::unique_ptr<Gauges>, std::unique_ptr<Histograms>, Observed>;

const MetricSpec& spec_of(const Observed& observed) {
  return observed.metric;
}
template <class Value>
const MetricSpec& spec_of(const std::unique_ptr<Family<Value>>& family) {
  return family->spec();
}
const MetricSpec& spec_of(const Metric& metric) {
  return std::visit([](const auto& one) -> const MetricSpec& { return spec_of(one); }, metric);
}

std::string_view type_of(const Metric& metric) {
  if (spec_of(metric).name.ends_with("_total")) return "counter";
  if (std::holds_alternative<std::unique_ptr<Histograms>>(metric)) return "histogram";
  return "gauge";
}

void write_values(std::string& out, const Observed& observed) {
  fmt::format_to(std::back_inserter(out), "{} {}\n", observed.metric.name, number(observed.read()));
}

template <class Value>
void write_values(std::string& out, const std::unique_ptr<Family<Value>>& family) {
  family->each(
      [&](const Labels& labels, const Value& value) { write_value(out, family->spec(), labels, value); });
}

bool same(const MetricSpec& a, const MetricSpec& b) {
  return a.name == b.name && a.help == b.help && std::ranges::equal(a.labels, b.labels);
}

}  // namespace

const std::span<const double> latency_buckets = latency_bounds;

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds), buckets_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::observe(double value) {
  const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
  buckets_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

template <class Value>
Value& Family<Value>::with(std::initializer_list<std::string_view> label_values) {
  invariant(label_values.size() == spec_.label_count(), "a metric is used with the labels that it declares");
  Labels labels(label_values.begin(), label_values.end());
  const std::lock_guard lock(mutex_);
  auto found = series_.find(labels);
  if (found == series_.end() && series_.size() >= spec_.series_max) {
    std::ranges::fill(labels, "other");
    found = series_.find(labels);
  }
  if (found == series_.end()) found = series_.emplace(std::move(labels), make_()).first;
  return *found->second;
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Registry::State {
  mutable std::mutex mutex;
  std::map<std::string_view, Metric> metrics;

  template <class Value>
  Family<Value>& family(const MetricSpec& spec, std::function<std::unique_ptr<Value>()> make) {
    invariant(
        is_name(spec.name) && !spec.help.empty() && !spec.unit.empty() && names_its_unit(spec) &&
            spec.name.ends_with("_total") == std::is_same_v<Value, Counter>,
        "a metric has a help text and a name that says its unit; counters, and only they, end in _total");
    const std::lock_guard lock(mutex);
    auto found = metrics.find(spec.name);
    if (found == metrics.end()) {
      found = metrics.emplace(spec.name, std::make_unique<Family<Value>>(spec, std::move(make))).first;
    }
    auto* existing = std::get_if<std::unique_ptr<Family<Value>>>(&found->second);
    invariant(existing && same((*existing)->spec(), spec), "a metric is declared once");
    return **existing;
  }
};

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counters& Registry::counters(const MetricSpec& spec) {
  return state_->family<Counter>(spec, [] { return std::make_unique<Counter>(); });
}
Gauges& Registry::gauges(const MetricSpec& spec) {
  return state_->family<Gauge>(spec, [] { return std::make_unique<Gauge>(); });
}
Histograms& Registry::histograms(const MetricSpec& spec, std::span<const double> bounds) {
  return state_->family<Histogram>(spec, [bounds] { return std::make_unique<Histogram>(bounds); });
}
Counter& Registry::counter(const MetricSpec& spec) {
  return counters(spec).with({});
}
Gauge& Registry::gauge(const MetricSpec& spec) {
  return gauges(spec).with({});
}
Histogram& Registry::histogram(const MetricSpec& spec, std::span<const double> bounds) {
  return histograms(spec, bounds).with({});
}

void Registry::observe(const MetricSpec& spec, std::function<double()> read) {
  invariant(is_name(spec.name) && !spec.help.empty() && spec.label_count() == 0 && names_its_unit(spec),
            "an observed metric has no labels, a help text and a name that says its unit");
  const std::lock_guard lock(state_->mutex);
  const bool added = state_->metrics.emplace(spec.name, Observed{spec, std::move(read)}).second;
  invariant(added, "an observed metric is declared once");
}

std::string Registry::expose() const {
  std::string out;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [name, metric] : state_->metrics) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, spec_of(metric).help, name,
                   type_of(metric));
    std::visit([&](const auto& values) { write_values(out, values); }, metric);
  }
  return out;
}

std::string Registry::list() const {
  std::string out;
  const std::lock_guard lock(state_->mutex);
  for (const auto& [name, metric] : state_->metrics) {
    const auto& spec = spec_of(metric);
    std::string labels;
    for (std::size_t i = 0; i < spec.label_count(); ++i)
      labels += fmt::format("{}{}", i ? "," : "", spec.labels[i]);
    fmt::format_to(std::back_inserter(out), "{}\n    {}, in {}{}\n    {}\n", name, type_of(metric), spec.unit,
                   labels.empty() ? "" : ", by " + labels, spec.help);
  }
  return out;
}

}  // namespace kontor::platform::telemetry
