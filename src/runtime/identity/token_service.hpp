#pragma once

#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "base/id/id.hpp"
#include "base/result/result.hpp"

namespace kontor::runtime::identity {

/// The secure token service of a participant that keeps its keys elsewhere: tokens in its name are had there.
/// [DCP 1.0, secure token service API]
struct TokenService {
  std::string token_url;
  std::string client_id;
  std::string client_secret_alias;  ///< the secret that the participant wrote under this name

  bool operator==(const TokenService&) const = default;
};

/// Stored in the participant's context, under the context's id.
struct TokenServiceDocument {
  using Entity = TokenService;
  static const entity::Kind& kind();
  static std::string encode(const Entity& service);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::runtime::identity
