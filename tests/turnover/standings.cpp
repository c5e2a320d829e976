#include "standings.hpp"

namespace kontor::turnover {

namespace {

constexpr auto judged_within = std::chrono::minutes(2);

}  // namespace

void Standings::become(const std::string& holder, Standing standing) {
  auto& known = known_[holder];
  known.held = {standing, known.held.changes + 1};
  known.judged = 0;
}

Held Standings::of(const std::string& holder) const {
  const auto found = known_.find(holder);
  return found == known_.end() ? Held{} : found->second.held;
}

void Standings::judge(const std::string& holder, Held before, bool accepted, const std::string& what) {
  auto& known = known_[holder];
  if (before.standing == Standing::changing || known.held.changes != before.changes) {
    ++undecided_;
    return;
  }
  const bool good = before.standing == Standing::good;
  if (good && !accepted) problems_.push_back(what + ", though " + holder + " holds a valid credential");
  if (!good && accepted) problems_.push_back(what + ", though " + holder + " holds none that is valid");
  ++(good ? accepted_ : refused_);
  ++known.judged;
  progress_.notify();
}

Task<bool> Standings::await_judged(std::string holder, std::size_t count) {
  const auto deadline = platform::async::Deadline::after(loop_.clock(), judged_within);
  const auto wanted = known_[holder].judged + count;
  auto ticket = progress_.ticket();
  while (known_[holder].judged < wanted) {
    const bool notified = co_await progress_.wait(ticket, deadline);
    if (!notified) {
      problems_.push_back("no negotiation of " + holder + " has ended for long");
      co_return false;
    }
    ticket = progress_.ticket();
  }
  co_return true;
}

}  // namespace kontor::turnover
