#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "dataplane/usage/limits_in_force.hpp"
#include "domain/data_flow/types.hpp"
#include "domain/flow_usage/types.hpp"
#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/message.hpp"

namespace kontor::dataplane::usage {

namespace flows = domain::data_flow;
namespace web = platform::http;
using domain::flow_usage::Counters;

struct UsageOptions {
  Duration written_within = std::chrono::milliseconds(500);  ///< from the first byte that is not written yet
  std::size_t flows_max = 10'000;                            ///< kept in memory while nothing happens to them
  ContextLimits limits = {};                                 ///< of each context that has none of its own
};

/// Who asks for the data of a flow, or is sent it.
struct Asker {
  std::string token_sha256;  ///< empty: of no token
  std::string address;       ///< on the network, without port
};

/// Whether requests come from outside; what begins by itself bounds by itself how many there are at a time.
enum class Begins : std::uint8_t { when_asked, by_itself };

/// A request that was let in; it is under way for as long as somebody holds this.
using Permit = std::shared_ptr<class Running>;

/// Counts what data flows move. Bytes and requests are counted in memory and written soon after the first
/// that is not written yet: a process that is killed loses no more than `written_within` and the time of a
/// commit. Nothing runs while nothing moves. A flow's counts are an entity of their own (`flow-usage`), so
/// that who serves the flow need not look it up again after each. Used on the io thread; what it gives away
/// may outlive it.
class Usage {
 public:
  Usage(platform::async::Scope& scope, platform::engine::Engine& engine, UsageOptions options);
  ~Usage();

  /// Begins to write what is counted.
  void start();

  /// Counts a request for the data of an open flow. Errors: too_many_requests, which is counted too; those of
  /// the store.
  /// `flow` lives until this returns.
  Task<Result<Permit>> admit(const flows::DataFlow& flow, Asker asker, Begins begins = Begins::when_asked);
  /// The same body, which counts as sent what is read of it, is no faster than the limits, and breaks off
  /// with too_many_requests when they are used up.
  static web::Body counted(Permit permit, web::Body body);
  /// The same of a body that comes in: counts as received what is read of it.
  static web::Body received(Permit permit, web::Body body);
  /// A request for the data of a flow was refused elsewhere. Of a flow that is not in memory nobody is told.
  void refused(const ContextId& context, const EntityId& flow, std::string why);
  /// For whoever moves data without being asked for it.
  void count(const flows::DataFlow& flow, const Counters& more);
  /// The flow has ended: its totals are told once all replicas have reported.
  Task<Result<void>> end(ContextId context, EntityId flow);

  /// Writes what is counted, now. Where that fails it is tried again as long as this lives.
  Task<void> flush();
  LimitsInForce& limits();
  /// Everything that was counted since this was made.
  Counters totals() const;

 private:
  friend class Running;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::dataplane::usage
