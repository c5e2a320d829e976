#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/replicas/replicas.hpp"
#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "domain/data_flow/decide.hpp"
#include "platform/async/interruption.hpp"
#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::dataplane::http {

/// What a request shows to be let in.
struct Claim {
  ContextId context;
  EntityId flow;
  std::string token_sha256;
};

/// A flow that lets requests in, as it was when it was looked up.
struct OpenFlow {
  domain::data_flow::DataFlow flow;
  std::shared_ptr<source::Source> source;
  Instant read_at;
  bool changed = false;  ///< something was committed since: look it up anew
};

/// An answer that is under way: it is over when its flow does not let it in any more, whatever it waits for.
struct Running {
  Claim claim;
  std::shared_ptr<const OpenFlow> open;
  platform::async::Interruption over = {};
};

struct OpenFlowsLimits {
  std::size_t flows_max = 10'000;
  Duration age_max = std::chrono::seconds(10);
};

/// What everybody is told whose token is not good, whatever is wrong with it.
std::unexpected<Error> not_let_in();

/// The flows that serve data, each kept from its first request on until it changes. A change is seen with its
/// commit, and other replicas are told, so a flow is closed before the order to close it is answered, and
/// answers under way are looked at anew. What the store does not announce (a context that was erased, commits
/// of other processes on SQLite) is seen when the copy is `age_max` old. Used on the io thread only.
class OpenFlows : public std::enable_shared_from_this<OpenFlows> {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    const source::SourceKinds& sources;
    replicas::Replicas& replicas;
  };
  static std::shared_ptr<OpenFlows> make(Services services, OpenFlowsLimits limits);

  /// Errors: forbidden (no such flow, not open, another token: always the same text), storage_failed,
  /// unavailable (it changes faster than it can be read, or this replica is cut off from the store).
  /// `claim` lives until this returns.
  Task<Result<std::shared_ptr<const OpenFlow>>> admit(const Claim& claim);
  /// Looks at an answer under way anew: it goes on with its flow, and outlives the token that it began with.
  /// Errors: those of `admit`.
  Task<Result<void>> go_on(std::shared_ptr<Running> running);
  /// An answer under way on a flow that was admitted, for as long as somebody holds it.
  std::shared_ptr<Running> begin(Claim claim, std::shared_ptr<const OpenFlow> open);
  /// Whether the copy may still be relied on; else it has to be admitted anew.
  bool is_recent(const OpenFlow& open) const;

 private:
  using Key = std::pair<ContextId, EntityId>;
  using LetsIn = std::function<bool(const domain::data_flow::DataFlow&)>;
  OpenFlows(Services services, OpenFlowsLimits limits);

  /// After a commit: the copy is not used any more, and who is being answered is looked at anew.
  void forget(const Key& key);
  void forget_all();
  void drop(const Key& key);
  std::shared_ptr<OpenFlow> recent(const Key& key);
  /// A flow that is being looked up, for all who want it meanwhile.
  struct Loading {
    explicit Loading(platform::async::Signal end) : ended(std::move(end)) {}

    std::shared_ptr<OpenFlow> open = std::make_shared<OpenFlow>();
    platform::async::Signal ended;
    std::optional<Result<std::shared_ptr<OpenFlow>>> outcome = {};  ///< none: nobody can say, look again
  };
  Task<Result<std::shared_ptr<const OpenFlow>>> find(Key key, LetsIn lets_in);
  Task<Result<std::shared_ptr<OpenFlow>>> load(Key key);
  Task<Result<std::shared_ptr<OpenFlow>>> load_new(Key key);
  Task<Result<void>> read(Key key, std::shared_ptr<OpenFlow> open);
  Task<Result<std::shared_ptr<source::Source>>> read_source(ContextId context,
                                                            domain::data_flow::DataFlow flow);
  /// Ends the answers of a flow that are not let in any more.
  static Task<void> review(std::shared_ptr<OpenFlows> self, Key key);
  void look_again_later();

  Services services_;
  signaling::AddressVault addresses_;
  OpenFlowsLimits limits_;
  std::map<Key, std::shared_ptr<OpenFlow>> flows_;
  std::map<Key, std::shared_ptr<Loading>> loading_;
  std::multimap<Key, std::weak_ptr<Running>> running_;
  std::unique_ptr<platform::async::Alarm> next_look_;
};

}  // namespace kontor::dataplane::http
