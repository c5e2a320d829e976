#include "once.hpp"

namespace kontor::identity_crash {

using installation::Answer;
using installation::Request;

namespace {

/// Tokens are good for five minutes.
constexpr auto repeated_for = std::chrono::minutes(4);
constexpr std::size_t kept_max = 5000;

}  // namespace

Task<std::optional<Answer>> Once::use(std::string what, Request request) {
  const auto at = world_.driver.loop().clock().now();
  auto answer = co_await world_.driver.ask(request);
  if (crash::unanswered(answer)) {
    ++ledger_.unanswered;
    co_return std::nullopt;
  }
  if (answer->status != 200) {
    note_problem(ledger_, what, *answer);
    co_return std::nullopt;
  }
  ++used_;
  served_.push_back({std::move(what), std::move(request), at});
  if (served_.size() > kept_max) served_.pop_front();
  co_return std::move(*answer);
}

void Once::forget_expired() {
  const auto oldest = world_.driver.loop().clock().now() - repeated_for;
  while (!served_.empty() && served_.front().at < oldest) served_.pop_front();
}

Task<void> Once::expect_refused(std::string what, Request request) {
  auto answer = co_await world_.driver.ask(std::move(request));
  if (crash::unanswered(answer)) co_return;
  if (answer->status == 401) {
    ++refused_;
  } else {
    note_problem(ledger_, what, *answer);
  }
}

Task<void> Once::repeat_any() {
  forget_expired();
  if (served_.empty()) co_return;
  const auto chosen = served_[random_.below(served_.size())];
  co_await expect_refused(chosen.what + ", sent again,", chosen.request);
}

Task<void> Once::repeat_all() {
  forget_expired();
  const auto all = served_;
  for (const auto& each : all) co_await expect_refused(each.what + ", sent again at the end,", each.request);
}

}  // namespace kontor::identity_crash
