#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/entity/decision.hpp"
#include "base/id/id.hpp"
#include "protocol/jose/jwks.hpp"
#include "runtime/client_secrets/kept_secrets.hpp"

namespace kontor::runtime::sharing_applications {

using ApplicationId = Id<struct SharingApplicationIdTag>;

/// A participant's application. Only hashes of secrets are kept.
struct Application {
  ApplicationId id;
  std::string name;
  std::vector<std::string> scopes;
  client_secrets::KeptSecrets secrets;
  protocol::jose::Jwks assertion_keys = {};  ///< public ones, with which it proves itself
  std::optional<std::string> description = {};
};
/// Stored in its participant's context under its id.
struct ApplicationDocument {
  using Entity = Application;
  static const entity::Kind& kind();
  static std::string encode(const Entity& application);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Where the application behind a client id is. The client id says it itself, `<application>@<context>`, so
/// that nobody has to look across contexts.
struct Place {
  ContextId context;
  ApplicationId application;

  bool operator==(const Place&) const = default;
};
std::string client_id_of(const Place& place);
/// Nothing for a client id of another form, whose client is no application.
std::optional<Place> place_of(std::string_view client_id);

}  // namespace kontor::runtime::sharing_applications
