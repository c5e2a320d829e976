#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/lru/lru.hpp"
#include "platform/async/signal.hpp"

namespace kontor::runtime::verifier {

/// What others publish under URLs, fetched when it is asked for and kept for a while, a bounded number of
/// them; one fetch serves all who wait, also when it fails. What cannot be had anew is not served beyond its
/// time. Whoever asks keeps this alive.
template <class Value>
class Fetched {
 public:
  struct Limits {
    Duration failure_max_age;  ///< what cannot be had is not asked for again before
    Duration fetch_timeout;
    std::size_t kept_max;
    std::size_t kept_bytes_max;
  };
  struct Fresh {
    std::shared_ptr<const Value> value;
    Instant good_until;
    std::size_t bytes = 0;  ///< what it takes, about
  };
  using Fetch = std::function<Task<Result<Fresh>>(std::string url, platform::async::Deadline deadline)>;

  Fetched(boost::asio::any_io_executor executor, platform::async::Clock& clock, Limits limits, Fetch fetch)
      : executor_(std::move(executor)),
        clock_(clock),
        limits_(limits),
        fetch_(std::move(fetch)),
        entries_(limits.kept_max, limits.kept_bytes_max) {}

  Task<Result<std::shared_ptr<const Value>>> get(std::string url, platform::async::Deadline deadline) {
    auto entry = entry_of(url);
    if (is_usable(*entry)) co_return entry->fresh.value;
    const auto asked = entry->begun;
    auto guard = co_await entry->fetching.lock(clock_, deadline);
    if (!guard) co_return fail(std::move(guard.error()), "wait for {}", url);
    // A fetch that began after this question answers it, however short a time it is good for.
    const bool is_answered = entry->fresh.value && entry->fresh_from > asked;
    if (is_answered || is_usable(*entry)) co_return entry->fresh.value;
    if (entry->failure && clock_.now() - entry->failed_at < limits_.failure_max_age)
      co_return fail(*entry->failure);
    const auto number = ++entry->begun;
    const auto latest = std::min(deadline.at, clock_.now() + limits_.fetch_timeout);
    auto fetched = co_await fetch_(url, {latest});
    if (!fetched) {
      // A deadline that passed says nothing of the next try.
      if (fetched.error().code != ErrorCode::timeout) {
        entry->failure = fetched.error();
        entry->failed_at = clock_.now();
      }
      co_return fail(std::move(fetched.error()));
    }
    entry->failure.reset();
    entry->fresh = std::move(*fetched);
    entry->fresh_from = number;
    entries_.weigh(url, entry->fresh.bytes);
    co_return entry->fresh.value;
  }

  /// What was fetched last, however old; none: nothing, or nothing is kept of it.
  std::shared_ptr<const Value> last(const std::string& url) {
    const auto* entry = entries_.find(url);
    return entry ? (*entry)->fresh.value : nullptr;
  }

  void forget() { entries_.clear(); }

 private:
  struct Entry {
    explicit Entry(boost::asio::any_io_executor executor) : fetching(std::move(executor)) {}

    Fresh fresh;
    std::uint64_t begun = 0;       ///< fetches
    std::uint64_t fresh_from = 0;  ///< the number of the one that brought it
    std::optional<Error> failure;  ///< of the last try, when it failed
    Instant failed_at;
    platform::async::Mutex fetching;
  };

  bool is_usable(const Entry& entry) const {
    return entry.fresh.value && clock_.now() < entry.fresh.good_until;
  }
  std::shared_ptr<Entry> entry_of(const std::string& url) {
    if (const auto* found = entries_.find(url)) return *found;
    auto entry = std::make_shared<Entry>(executor_);
    entries_.put(url, entry);
    return entry;
  }

  boost::asio::any_io_executor executor_;
  platform::async::Clock& clock_;
  Limits limits_;
  Fetch fetch_;
  Lru<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace kontor::runtime::verifier
