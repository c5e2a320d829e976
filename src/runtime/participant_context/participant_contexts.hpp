#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/engine/engine.hpp"
#include "platform/vault/vault.hpp"
#include "protocol/api/management/participants.hpp"
#include "runtime/participant_context/documents.hpp"

namespace kontor::runtime::participant_context {

/// The participant contexts of the control plane, their settings and their data planes. What is asked for on
/// every message is kept until a commit changes it, bounded. Used on the io thread.
class ParticipantContexts {
 public:
  ParticipantContexts(platform::engine::Engine& engine, platform::vault::Vault& vault);
  ~ParticipantContexts();

  /// An id for a context that nobody named.
  std::string new_id();
  /// Whether it may have its identity is asked before (identity_check.hpp). Errors: conflict when the context
  /// exists.
  Task<Result<platform::engine::Loaded<ParticipantContext>>> create(ParticipantContext context,
                                                                    std::string actor);
  /// Errors: not_found.
  Task<Result<ParticipantContext>> load(ContextId context);
  /// Replaces the properties. Errors: not_found, conflict for another identity: keys, credentials and
  /// agreements are bound to it.
  Task<Result<void>> update(ContextId context, ParticipantContext next, std::string actor);
  Task<Result<platform::engine::LoadedPage<ParticipantContext>>> list(protocol::query::Query query);
  /// Deletes the context and everything that it owns in this store.
  Task<Result<void>> remove(ContextId context);

  using Config = protocol::api::management::ParticipantContextConfig;
  Task<Result<ContextConfig>> config(ContextId context);
  Task<Result<void>> replace_config(ContextId context, Config config, std::string actor);
  Task<Result<void>> merge_config(ContextId context, Config config, std::string actor);

  using DataPlane = protocol::dps::DataPlaneRegistrationMessage;
  /// Registers it, changes it, or with a lease says that it is still there.
  Task<Result<void>> put_data_plane(ContextId context, DataPlane registration, std::string actor);
  /// Told of each registration, also of one that says nothing new. One observer at most, which must outlive
  /// this.
  using Registered = std::function<void(const ContextId&, const protocol::dps::DataPlaneId&)>;
  void on_data_plane(Registered registered);
  Task<Result<void>> remove_data_plane(ContextId context, protocol::dps::DataPlaneId id, std::string actor);
  Task<Result<std::vector<DataPlane>>> data_planes(ContextId context);
  struct KnownDataPlane {
    DataPlane registration;
    Instant registered_at;  ///< for the last time
    std::optional<std::uint32_t> load_percent = {};
  };
  Task<Result<std::vector<KnownDataPlane>>> known_data_planes(ContextId context);
  /// Those of all contexts with this id that registered with an authorization profile, for who has to know
  /// which one a token is of. Bounded.
  struct RegisteredDataPlane {
    ContextId context;
    DataPlane registration;
  };
  Task<Result<std::vector<RegisteredDataPlane>>> with_profile(protocol::dps::DataPlaneId id);
  /// The profile by which tokens for a data plane are had, with its secret; none: it registered with none.
  Task<Result<std::optional<protocol::dps::Authorization>>> authorization_of(ContextId context,
                                                                             DataPlane plane);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::participant_context
