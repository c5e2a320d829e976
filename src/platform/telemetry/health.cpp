#include "platform/telemetry/health.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/json/json.hpp"
#include "base/text/beginning.hpp"

namespace kontor::platform::telemetry {
namespace {

constexpr std::size_t reason_bytes_max = 512;

enum class Need : std::uint8_t { to_serve, to_live };

}  // namespace

struct Check::Entry {
  std::string component;
  Need need;
  std::string reason;  ///< empty: healthy
  bool passed_once;
  std::weak_ptr<Health::State> state;
};

struct Health::State {
  mutable std::mutex mutex;
  std::vector<std::weak_ptr<Check::Entry>> entries;
  std::function<void(std::string_view, std::string_view)> listener;

  std::vector<std::shared_ptr<Check::Entry>> living() {
    std::vector<std::shared_ptr<Check::Entry>> out;
    std::erase_if(entries, [&](const auto& weak) {
      auto entry = weak.lock();
      if (entry) out.push_back(entry);
      return !entry;
    });
    return out;
  }

  void change(Check::Entry& entry, std::string reason) {
    std::function<void(std::string_view, std::string_view)> told;
    {
      const std::lock_guard lock(mutex);
      if (reason.empty()) entry.passed_once = true;
      if (entry.reason == reason) return;
      entry.reason = reason;
      told = listener;
    }
    if (told) told(entry.component, reason);
  }
};

namespace {

/// Whether the check has a say in the probe, and the reason why it fails.
std::optional<std::string> verdict(Probe probe, Need need, const std::string& reason, bool passed_once) {
  switch (probe) {
    case Probe::health:
    case Probe::readiness:
      return reason;
    case Probe::liveness:
      if (need == Need::to_live) return reason;
      return std::nullopt;
    case Probe::startup:
      if (need != Need::to_serve) return std::nullopt;
      return passed_once ? std::string() : reason;
  }
  return std::nullopt;
}

json::Value component_result(std::string_view component, const std::string& reason) {
  json::Object result;
  if (reason.empty()) {
    result["failure"] = nullptr;
  } else {
    result["failure"] = json::Object{{"messages", json::Array{json::Value(reason)}}};
  }
  result["component"] = component;
  result["isHealthy"] = reason.empty();
  return result;
}

}  // namespace

Check::Check(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
Check::Check(Check&&) noexcept = default;
Check& Check::operator=(Check&&) noexcept = default;
Check::~Check() = default;

void Check::pass() {
  if (auto state = entry_->state.lock()) state->change(*entry_, {});
}

void Check::fail(std::string_view reason) {
  auto state = entry_->state.lock();
  if (state)
    state->change(*entry_,
                  std::string(reason.empty() ? "failed" : text::beginning(reason, reason_bytes_max)));
}

Health::Health() : state_(std::make_shared<State>()) {}
Health::~Health() = default;

Check Health::add(std::string_view component, bool to_live) {
  auto entry = std::make_shared<Check::Entry>(
      Check::Entry{std::string(component), to_live ? Need::to_live : Need::to_serve,
                   to_live ? std::string() : std::string("not started"), to_live, state_});
  const std::lock_guard lock(state_->mutex);
  state_->entries.push_back(entry);
  return Check(std::move(entry));
}

Check Health::needed_to_serve(std::string_view component) {
  return add(component, false);
}
Check Health::needed_to_live(std::string_view component) {
  return add(component, true);
}

Health::Answer Health::answer(Probe probe) const {
  json::Array results;
  bool healthy = true;
  const std::lock_guard lock(state_->mutex);
  for (const auto& entry : state_->living()) {
    const auto reason = verdict(probe, entry->need, entry->reason, entry->passed_once);
    if (!reason) continue;
    healthy = healthy && reason->empty();
    results.push_back(component_result(entry->component, *reason));
  }
  json::Object body;
  body["componentResults"] = std::move(results);
  body["isSystemHealthy"] = healthy;
  return {healthy, json::serialize(body)};
}

bool Health::ready() const {
  return answer(Probe::readiness).healthy;
}

void Health::on_change(std::function<void(std::string_view, std::string_view)> listener) {
  const std::lock_guard lock(state_->mutex);
  state_->listener = std::move(listener);
}

}  // namespace kontor::platform::telemetry
