#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dataplane/signaling/address_vault.hpp"
#include "dataplane/signaling/http_source.hpp"
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
  signaling::HttpSource source;
  bool changed = false;  ///< something was committed since: look it up anew
};

/// The flows that serve data, each kept from its first request on until it changes. A change is seen with its
/// commit, so a flow is closed before the order to close it is answered. With several processes that holds
/// where the store tells of the commits of others; on SQLite, signalling and data are served by one process.
/// Used on the io thread only.
class OpenFlows {
 public:
  OpenFlows(platform::engine::Engine& engine, platform::vault::Vault& vault, std::size_t flows_max);

  /// Errors: unauthenticated (no such flow, not open, another token: always the same text), storage_failed,
  /// unavailable (it changes faster than it can be read).
  Task<Result<std::shared_ptr<const OpenFlow>>> admit(Claim claim);
  std::size_t size() const;

 private:
  using Key = std::pair<ContextId, EntityId>;
  struct Kept {
    std::map<Key, std::shared_ptr<OpenFlow>> flows;
    std::map<Key, std::shared_ptr<OpenFlow>> loading;
    void forget(const Key& key);
  };
  Task<Result<std::shared_ptr<OpenFlow>>> load(Key key);

  platform::engine::Engine& engine_;
  signaling::AddressVault addresses_;
  std::size_t flows_max_;
  std::shared_ptr<Kept> kept_;
};

}  // namespace kontor::dataplane::http
