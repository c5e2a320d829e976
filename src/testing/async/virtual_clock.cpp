#include "testing/async/virtual_clock.hpp"

namespace kontor::testing {

class VirtualClock::Setting : public platform::async::Alarm {
 public:
  Setting(VirtualClock& clock, Key key) : clock_(clock), key_(key) {}
  ~Setting() override { clock_.alarms_.erase(key_); }

 private:
  VirtualClock& clock_;
  Key key_;
};

std::unique_ptr<platform::async::Alarm> VirtualClock::alarm(Instant when, std::function<void()> ring) {
  Key key{std::max(when, now_), set_so_far_++};
  if (when != Instant::max()) alarms_.emplace(key, std::move(ring));
  return std::make_unique<Setting>(*this, key);
}

std::optional<Instant> VirtualClock::next_due() const {
  if (alarms_.empty()) return std::nullopt;
  return alarms_.begin()->first.first;
}

bool VirtualClock::advance_to_next() {
  auto due = next_due();
  if (!due) return false;
  now_ = *due;
  ring_due();
  return true;
}

void VirtualClock::advance(Duration duration) {
  auto end = now_ + duration;
  for (auto due = next_due(); due && *due <= end; due = next_due()) advance_to_next();
  now_ = end;
}

void VirtualClock::ring_due() {
  auto set_until_now = set_so_far_;
  while (!alarms_.empty()) {
    auto first = alarms_.begin();
    if (first->first.first > now_ || first->first.second >= set_until_now) return;
    auto ring = std::move(first->second);
    alarms_.erase(first);
    ring();
  }
}

}  // namespace kontor::testing
