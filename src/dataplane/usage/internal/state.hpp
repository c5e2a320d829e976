#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/usage/usage.hpp"
#include "domain/flow_usage/decide.hpp"
#include "platform/async/signal.hpp"

namespace kontor::dataplane::usage {

namespace async = platform::async;
namespace counts = domain::flow_usage;

/// All flows of a participant context here.
struct Participant {
  ContextLimits limits;
  std::uint64_t running = 0;
  Instant paid_until{};
};

/// One flow's counts since they were written last.
struct Meter {
  std::pair<ContextId, EntityId> key;
  counts::About about;
  std::shared_ptr<Participant> participant;
  Counters uncounted;
  std::vector<counts::Access> accesses;  ///< first uses that are not written yet
  std::vector<std::string> grants;       ///< whose first use was seen here, oldest first
  std::string refusal;                   ///< why a request was turned away last
  std::optional<counts::Report> sent;    ///< a report that may be written or not: it is sent again as it is
  std::optional<std::uint64_t> stored_bytes;  ///< what was written, by all processes; none: not read yet
  std::uint64_t running = 0;
  Instant paid_until{};

  bool may_be_over = false;  ///< its usage is new: whether the flow has ended before is to be looked up

  bool has_news() const { return !accesses.empty() || uncounted != Counters{}; }
  bool owes() const { return sent || has_news() || may_be_over; }
  counts::Standing standing() const {
    const auto under_way = sent ? sent->more.bytes() : 0;
    return {running, stored_bytes.value_or(0) + under_way + uncounted.bytes()};
  }
};

/// What `Usage` holds; bodies under way may outlive it.
struct Usage::State : std::enable_shared_from_this<Usage::State> {
  State(async::Scope& scope, platform::engine::Engine& engine, UsageOptions options);

  using Meters = std::vector<std::shared_ptr<Meter>>;
  std::shared_ptr<Meter> meter_of(const flows::DataFlow& flow);
  std::shared_ptr<Participant> participant_of(const ContextId& context);
  Task<Result<void>> read_stored(std::shared_ptr<Meter> meter);
  void count(Meter& meter, const Counters& more);
  void refuse(Meter& meter, std::string why);
  /// The moment from which on the bytes may pass.
  Instant pay(Meter& meter, std::uint64_t bytes);
  void owe(Instant by);
  void forget_idle();
  Task<void> run();
  Task<void> flush();
  Task<void> write(std::shared_ptr<Meters> owing);
  Task<void> report(std::shared_ptr<Meter> meter);
  Task<bool> end_if_over(std::pair<ContextId, EntityId> key);

  async::Scope& scope;
  platform::engine::Engine& engine;
  UsageOptions options;
  LimitsInForce limits;
  std::string writer;
  std::uint64_t reports = 0;  ///< of all flows: their numbers grow for each, also for one that was forgotten
  std::map<std::pair<ContextId, EntityId>, std::shared_ptr<Meter>> meters;
  std::map<ContextId, std::weak_ptr<Participant>> participants;
  Instant due = Instant::max();
  async::Signal wake;
  async::Mutex flushing;
  Counters totals;
};

}  // namespace kontor::dataplane::usage
