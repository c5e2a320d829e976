#include "harness/report.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "base/json/json.hpp"

namespace kontor::bench {
namespace {

const auto began = std::chrono::steady_clock::now();

std::string number(double value) {
  if (value >= 1000) return fmt::format("{:.0f}", value);
  return fmt::format("{:.{}f}", value, value >= 100 ? 1 : 2);
}

std::string verdict(const Metric& metric) {
  if (!metric.target) return "";
  const bool good =
      metric.better == Better::more ? metric.value >= *metric.target : metric.value <= *metric.target;
  return good ? "ok" : "MISSED";
}

}  // namespace

void Report::add_median(std::string name, const Samples& samples, std::string unit,
                        std::optional<double> target, Better better) {
  metrics_.push_back({std::move(name), samples.median(), std::move(unit), target,
                      fmt::format("{} to {}, n = {}", number(samples.quantile(0.25)),
                                  number(samples.quantile(0.75)), samples.size()),
                      better});
}

void Report::add_times(const std::string& name, const std::string& suffix, const Samples& milliseconds,
                       std::optional<double> target) {
  add_median(name + "_p50_ms" + suffix, milliseconds, "ms", target);
  metrics_.push_back({name + "_p95_ms" + suffix, milliseconds.p95(), "ms"});
}

void Report::print(const Machine& machine) const {
  fmt::print("\n{}, {} cores, Linux {}; load at the beginning {:.1f}\n\n", machine.cpu, machine.cores,
             machine.kernel, machine.load);
  fmt::print("{:<34} {:>12} {:<8} {:>10}  {:<7} {}\n", "metric", "value", "unit", "target", "", "spread");
  for (const auto& each : metrics_) {
    fmt::print("{:<34} {:>12} {:<8} {:>10}  {:<7} {}\n", each.name, number(each.value), each.unit,
               each.target ? number(*each.target) : "", verdict(each), each.spread);
  }
  std::fflush(stdout);
}

void Report::write_json(const std::filesystem::path& file) const {
  json::Array list;
  for (const auto& each : metrics_) {
    json::Object entry;
    entry["metric"] = each.name;
    entry["value"] = each.value;
    entry["unit"] = each.unit;
    entry["target"] = each.target ? json::Value(*each.target) : json::Value(nullptr);
    list.push_back(std::move(entry));
  }
  std::ofstream stream(file);
  stream << json::serialize(list) << "\n";
  stream.flush();
  if (!stream) throw std::runtime_error("cannot write " + file.string());
}

void progress(std::string_view text) {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - began;
  fmt::print("[{:6.1f} s] {}\n", since.count(), text);
  std::fflush(stdout);
}

}  // namespace kontor::bench
