#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "dataplane/push/flow_watch.hpp"
#include "dataplane/push/wire.hpp"
#include "dataplane/replicas/replicas.hpp"
#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "dataplane/usage/usage.hpp"
#include "domain/data_flow/decide.hpp"
#include "domain/push/decide.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"

namespace kontor::dataplane::push {

struct SenderOptions {
  std::size_t parallel = 5;        ///< parts of one push at a time
  std::uint32_t attempts_max = 6;  ///< at one part, and at the list of them
  Duration retry_delay_min = std::chrono::milliseconds(500);
  Duration retry_delay_max = std::chrono::seconds(10);
  Duration part_timeout = std::chrono::hours(24);      ///< of one attempt
  Duration source_timeout = std::chrono::seconds(30);  ///< until the source begins to answer
  Duration stall_timeout = std::chrono::seconds(60);
  Duration take_over_after = std::chrono::seconds(10);  ///< a sender that says nothing
  bool https_only = true;                               ///< of the HTTP profile
};

/// Pushes that are under way in this process: reads the parts of a source and sends them, several at a time,
/// each until it is acknowledged. Progress is durable, so that whoever takes a push up sends the rest. A flow
/// that stops lets nothing more through, and what waits is cancelled; so does a plane that may not serve,
/// which takes the push up again when it may. Used on the io thread.
class Sender {
 public:
  using Machine = domain::push::Machine;
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    platform::http::Client& client;
    const source::SourceKinds& sources;
    FlowWatch& watch;
    usage::Usage& usage;
    const replicas::Replicas& replicas;
  };
  Sender(Services services, SenderOptions options);
  ~Sender();

  /// The flow lets data move. `order` names the occasion.
  Task<Result<void>> begin(ContextId context, EntityId flow, std::string order);

  /// Takes a push up in this process, and returns when it is on its way.
  Task<Result<platform::engine::Outcome<Machine>>> run(
      platform::engine::Committed<domain::push::Effect> effect);

  const SenderOptions& options() const { return options_; }

 private:
  struct Run;
  using RunPtr = std::shared_ptr<Run>;
  using Key = std::pair<ContextId, EntityId>;

  Task<void> supervise(RunPtr run);
  Task<void> work(RunPtr run);
  Task<void> send_parts(RunPtr run);
  Task<void> stay_alive(RunPtr run);
  Task<void> review(RunPtr run);
  Task<Result<void>> prepare_patiently(RunPtr run);
  Task<Result<void>> prepare(RunPtr run);
  Task<Result<domain::push::SentPart>> send(RunPtr run, source::Part part);
  Task<Result<domain::push::SentPart>> attempt(RunPtr run, source::Part part);
  /// Whether it is durable.
  Task<bool> acknowledge(RunPtr run, std::size_t index, domain::push::SentPart part);
  Task<void> finish(RunPtr run);
  Task<Result<void>> report(RunPtr run, domain::push::Event event);

  Services services_;
  SenderOptions options_;
  signaling::AddressVault addresses_;
  std::map<Key, RunPtr> runs_;
};

}  // namespace kontor::dataplane::push
