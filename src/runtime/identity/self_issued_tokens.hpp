#pragma once

#include <optional>
#include <string>
#include <vector>

#include "protocol/dcp/scope.hpp"
#include "protocol/dcp/tokens.hpp"
#include "runtime/identity/outside_tokens.hpp"
#include "runtime/identity/signing.hpp"

namespace kontor::runtime::identity {

/// Makes the tokens by which a participant proves who it is to another party (DCP 1.0, base protocol). Each
/// is for one HTTP attempt. The results are values of an Authorization header. Those of a participant that
/// keeps its keys elsewhere are had of its own service. Errors: those of `Signing` and of `OutsideTokens`.
class SelfIssuedTokens {
 public:
  SelfIssuedTokens(Signing& signing, platform::async::Clock& clock, Random& random, OutsideTokens outside);

  /// With an access token inside, by which the audience may ask for credentials of these scopes.
  Task<Result<std::string>> granting(ContextId context, Did audience,
                                     std::vector<protocol::dcp::Scope> scopes);
  /// With the access token that the audience gave us: to ask it for its credentials.
  Task<Result<std::string>> presenting(ContextId context, Did audience, std::string access_token);
  /// Who we are and nothing else: for issuance.
  Task<Result<std::string>> plain(ContextId context, Did audience);
  /// In whose name.
  Task<Result<Did>> did_of(ContextId context) { return signing_.did_of(std::move(context)); }

 private:
  /// None: it is to be signed here.
  Task<Result<std::optional<std::string>>> from_outside(TokenOrder order);
  Task<Result<std::string>> make(ContextId context, Did audience, std::optional<std::string> access_token);

  Signing& signing_;
  platform::async::Clock& clock_;
  Random& random_;
  OutsideTokens outside_;
};

}  // namespace kontor::runtime::identity
