#pragma once

#include <string>
#include <vector>

#include "base/crypto/keys.hpp"
#include "protocol/dcp/tokens.hpp"
#include "protocol/did/document.hpp"
#include "protocol/vc/presentation.hpp"
#include "protocol/vc/status_list.hpp"
#include "testing/loopback/loopback_server.hpp"

namespace kontor::testing {

/// A party of a dataspace that is not ours: its DID, its key, its DID document on a server, and everything
/// that it signs. What it says is a value of the protocol that a test may change before it is signed, so an
/// honest party and an attacker are made of the same calls.
class Party {
 public:
  /// `did:web:127.0.0.1%3A<port>:<name>`, with a key made from the name. Its document is served at once.
  Party(LoopbackServer& server, std::string name);

  const Did& did() const { return document.id; }
  std::string kid(std::string_view fragment = "key-1") const;
  std::string path(std::string_view below = "") const;  ///< `/name…` on its server
  std::string url(std::string_view below = "") const;
  LoopbackServer& server() { return server_; }

  /// Serves `document` as it is now.
  void publish();
  /// Adds a service whose endpoint is below its own path.
  void offer(std::string_view service_type, std::string_view below);

  /// The compact JWS over an input.
  std::string sign(std::string signing_input) const;
  protocol::vc::Signer signer() const;

  /// A self-issued token for the audience, good for five minutes from now, with a fresh `jti`.
  protocol::dcp::SelfIssuedToken self_issued(const Did& audience, Instant now);
  /// As the value of an Authorization header.
  std::string authorization(const protocol::dcp::SelfIssuedToken& token) const;
  /// An access token by which `verifier` may ask for what the scopes grant.
  std::string access_token(const Did& verifier, std::string_view scopes, Instant now);

  /// A credential about the holder, good for an hour from now.
  protocol::vc::Credential credential(const Did& holder, std::string_view type, Instant now);
  std::string issue(const protocol::vc::Credential& credential, Instant now) const;
  /// Serves a status list at `below` with these indexes set; its URL is the result.
  std::string publish_status_list(std::string_view below, const std::vector<std::uint64_t>& set, Instant now);

  /// A presentation of the credentials (all of the profile `vc11-sl2021/jwt`) for the audience.
  protocol::vc::PresentationContent presentation(const Did& audience, std::vector<std::string> credentials,
                                                 Instant now);
  std::string present(const protocol::vc::PresentationContent& content) const;

  crypto::PrivateKey key;
  protocol::did::DidDocument document;

 private:
  std::string fresh_id();

  LoopbackServer& server_;
  std::string name_;
  int ids_ = 0;
};

/// The body of a credential service's answer with these presentations.
std::string presentation_response(const std::vector<std::string>& presentations);

}  // namespace kontor::testing
