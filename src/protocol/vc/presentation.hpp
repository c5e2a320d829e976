#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time/time.hpp"
#include "protocol/vc/token.hpp"

/// Verifiable Presentations (W3C; DCP 1.0, presentation protocol). One presentation holds credentials of one
/// format.
namespace kontor::protocol::vc {

/// A presentation as it came. Nothing in it is proven before `verify_presentation`.
struct SignedPresentation {
  Format format = Format::vc1_0_jwt;
  std::vector<jose::Jwt> layers;  ///< outermost first: one, or EDC's 2.0 form with a signed envelope around
  Did holder;                     ///< `iss` (1.1) or `holder` (2.0); empty when the token names none
  std::vector<SignedCredentialPtr> credentials;

  const jose::Claims& claims() const { return layers.back().claims; }
};

struct PresentationLimits {
  std::size_t bytes_max = 1024 * 1024;
  std::size_t credentials_max = 100;
};

/// How a credential inside is read. Whoever has read its token before may give what that brought.
using ReadCredential = std::function<Result<SignedCredentialPtr>(std::string_view token)>;
Result<SignedCredentialPtr> read_credential(std::string_view token);  ///< as `parse_credential` does

/// Reads: 1.1, a JWT with a `vp` claim; 2.0, the presentation as payload, or a JWT that envelops it as
/// `data:application/vp+jwt,…`. Credentials inside are JWTs or envelopes `data:application/vc+jwt,…` (several
/// in one, separated by `;`, are read too). Refused: presentations and credentials with embedded
/// (linked-data) proofs. Errors: malformed, too_large, invalid_input.
Result<SignedPresentation> parse_presentation(std::string_view token, PresentationLimits limits = {},
                                              const ReadCredential& read = read_credential);

/// An element of a PresentationResponseMessage: a token, or an object that envelops one.
Result<SignedPresentation> parse_presentation(const json::Value& element, PresentationLimits limits = {},
                                              const ReadCredential& read = read_credential);

/// What goes into a presentation.
struct PresentationContent {
  Did holder;
  Did audience;                          ///< who asked
  std::string id;                        ///< `jti`: fresh, unguessable
  std::vector<std::string> credentials;  ///< tokens, all of one format
  Instant now;
  Duration lifetime = std::chrono::seconds(60);
};

/// The presentation, ready to be signed. In 2.0 it is the inner one of the two layers that EDC expects.
std::string presentation_signing_input(Format format, const PresentationContent& content,
                                       const Signer& signer);

/// 2.0 only: the envelope around a signed presentation, to be signed with the same key.
std::string envelope_signing_input(std::string_view presentation, const Signer& signer);

}  // namespace kontor::protocol::vc
