#pragma once

#include <memory>
#include <string>

#include "platform/http/message.hpp"
#include "runtime/identity/identity_contexts.hpp"
#include "runtime/identity/signing.hpp"

namespace kontor::runtime::identity {

/// Of whose service: each exports what it erases.
enum class ArchivePart : std::uint8_t {
  identity,   ///< context, DID document, key pairs, credentials, requests and offers
  connector,  ///< what is published, negotiations, agreements, transfers, settings, applications
  issuer,     ///< definitions, attestations, holders, issuances, issued credentials, status lists
};

/// Everything that a participant owns, to take along. No private key and no secret, not even a hash of one,
/// and no access that somebody else gave.
///
/// Lines of JSON. The first says whose archive it is, the last holds a JWS over the SHA-256 of all lines
/// before it, their ends included: by the participant's key, active or not, or, where none is left, by the
/// installation's, whose public half stands beside it as `key`. An archive without that line is not whole.
/// What changes while it is made stands in it as it was or as it became.
class Archives {
 public:
  struct Services {
    platform::engine::Engine& engine;
    platform::vault::Vault& vault;
    IdentityContexts& contexts;
    Signing& signing;
  };
  explicit Archives(Services services) : services_(services) {}

  struct Order {
    ContextId context;
    Did did;
    ArchivePart part = ArchivePart::identity;
  };
  /// Read piece by piece, in constant memory. What goes wrong on the way ends it.
  std::shared_ptr<platform::http::BodyStream> make(Order order);

 private:
  Services services_;
};

/// The answer to who asks for an archive, of the type `application/x-ndjson`.
platform::http::Response archive_response(std::shared_ptr<platform::http::BodyStream> archive);

}  // namespace kontor::runtime::identity
