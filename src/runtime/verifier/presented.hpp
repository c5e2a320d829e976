#pragma once

#include <set>
#include <string>
#include <vector>

#include "protocol/vc/evidence.hpp"
#include "runtime/verifier/checked_signatures.hpp"
#include "runtime/verifier/known_credentials.hpp"
#include "runtime/verifier/presentations.hpp"

namespace kontor::runtime::verifier {

/// What a holder answered to a presentation query. Nothing of it is verified.
struct Presented {
  std::vector<protocol::vc::SignedPresentation>
      presentations;                   ///< without credentials of issuers that are not trusted
  std::size_t bytes = 0;               ///< as it came
  std::vector<std::string> untrusted;  ///< says which those were
  std::vector<protocol::vc::TrustedIssuer> trusted_issuers;
  protocol::did::RelationshipPolicy relationships = protocol::did::RelationshipPolicy::strict;
  Did audience;
  std::vector<protocol::vc::KeyReference> keys;
  std::set<std::string> status_lists = {};  ///< of those credentials that are good but for status and schema
  std::set<std::string> schemas = {};       ///< of the same
  mutable CheckedSignatures signatures = {};
};

/// Asks the caller's credential service, once: the access token that it sent serves one query
/// (DCP 1.0, presentation protocol). Credentials that are known are not read again. Which lists and schemas
/// they need is left open. Errors: unauthenticated, peer_unavailable, timeout, too_large.
Task<Result<Presented>> ask_holder(const Presentations::Services& services, const PresentationsConfig& config,
                                   const Presentations::Question& question, KnownCredentials& known,
                                   platform::async::Deadline deadline);

}  // namespace kontor::runtime::verifier
