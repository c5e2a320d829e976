#pragma once

#include <map>
#include <vector>

#include "domain/credential/ids.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::credential_service {

/// The most that is ever kept, so that a presentation can look at all of it.
inline constexpr std::uint32_t credentials_kept_limit = 1000;

struct RoomConfig {
  std::size_t kept_max = credentials_kept_limit;  ///< credentials of one participant, whatever became of them
  std::size_t credential_bytes_max = std::size_t{64} * 1024;  ///< of the token of one
};

/// How much a participant may keep, so that neither an issuer that delivers nor a holder that brings fills
/// the store.
class Room {
 public:
  struct Coming {
    domain::credential::CredentialId id;
    std::size_t bytes = 0;
  };
  /// Places of credentials on their way into the store, free again when it goes: many at once do not pass the
  /// bound together.
  class Places {
   public:
    using All = std::map<ContextId, std::size_t>;
    Places(All& all, ContextId context, std::size_t count);
    Places(Places&& other) noexcept;
    Places& operator=(Places&&) = delete;
    ~Places();

   private:
    All* all_;
    ContextId context_;
    std::size_t count_;
  };

  Room(platform::engine::Engine& engine, RoomConfig config) : engine_(engine), config_(config) {}

  /// What is held already needs no place. Errors: too_large, too_many_requests.
  Task<Result<Places>> take(ContextId context, std::vector<Coming> coming);

 private:
  Task<Result<bool>> are_held(ContextId context, std::vector<Coming> coming);

  platform::engine::Engine& engine_;
  RoomConfig config_;
  Places::All under_way_;
};

}  // namespace kontor::runtime::credential_service
