#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/source/source_kinds.hpp"
#include "domain/data_flow/decide.hpp"
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

struct OpenFlowsLimits {
  std::size_t flows_max = 10'000;
  Duration age_max = std::chrono::seconds(10);
};

/// What everybody is told whose token is not good, whatever is wrong with it.
std::unexpected<Error> not_let_in();

/// The flows that serve data, each kept from its first request on until it changes. A change is seen with its
/// commit, so a flow is closed before the order to close it is answered. What the store does not announce
/// (a context that was erased, commits of other processes on SQLite) is seen when the copy is `age_max` old.
/// Used on the io thread only.
class OpenFlows {
 public:
  OpenFlows(platform::engine::Engine& engine, platform::vault::Vault& vault,
            const source::SourceKinds& sources, OpenFlowsLimits limits);

  /// Errors: forbidden (no such flow, not open, another token: always the same text), storage_failed,
  /// unavailable (it changes faster than it can be read).
  Task<Result<std::shared_ptr<const OpenFlow>>> admit(Claim claim);
  /// Whether the copy may still be relied on; else it has to be admitted anew.
  bool is_recent(const OpenFlow& open) const;

 private:
  using Key = std::pair<ContextId, EntityId>;
  struct Kept {
    std::map<Key, std::shared_ptr<OpenFlow>> flows;
    std::map<Key, std::shared_ptr<OpenFlow>> loading;
    void forget(const Key& key);
  };
  std::shared_ptr<OpenFlow> recent(const Key& key);
  Task<Result<std::shared_ptr<OpenFlow>>> load(Key key);
  Task<Result<std::shared_ptr<source::Source>>> read_source(ContextId context,
                                                            domain::data_flow::DataFlow flow);

  platform::engine::Engine& engine_;
  const source::SourceKinds& sources_;
  signaling::AddressVault addresses_;
  OpenFlowsLimits limits_;
  std::shared_ptr<Kept> kept_;
};

}  // namespace kontor::dataplane::http
