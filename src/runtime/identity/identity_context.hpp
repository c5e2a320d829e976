#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "protocol/did/document.hpp"

namespace kontor::runtime::identity {

enum class ContextState : std::uint8_t { created, activated, deactivated };
std::int32_t code_of(ContextState state);  ///< 100, 200, 300: the Identity API's numbers

/// A participant context as the identity services know it: its DID, what its DID document offers, and whether
/// it acts.
struct IdentityContext {
  ContextId id;
  Did did;
  ContextState state = ContextState::created;
  std::vector<protocol::did::Service> services;
  std::vector<std::string> scopes;
  json::Object properties;
};

/// Stored in its own context, under the context's id.
struct IdentityContextDocument {
  using Entity = IdentityContext;
  static const entity::Kind& kind();
  static std::string encode(const Entity& context);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Which context a DID belongs to: stored in the installation's context under the DID, so a DID exists once.
struct DidClaim {
  ContextId context;
};
struct DidClaimDocument {
  using Entity = DidClaim;
  static const entity::Kind& kind();
  static std::string encode(const Entity& claim);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::identity
