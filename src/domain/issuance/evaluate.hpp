#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/json/json.hpp"
#include "domain/application/types.hpp"
#include "domain/issuance/documents.hpp"
#include "domain/issuance/types.hpp"
#include "protocol/dcp/messages.hpp"
#include "protocol/vc/credential.hpp"

/// From attestations to a credential: what may be claimed of a holder, whether the rules hold, and what of it
/// is written where. Pure.
namespace kontor::domain::issuance {

/// What others said when they were asked, by attestation. Errors: forbidden, when they attest nothing;
/// unavailable, when they could not be asked.
using Answers = std::map<AttestationId, Result<json::Object>>;

/// What attestations draw on.
struct Sources {
  const Holder& holder;
  std::span<const application::Application> applications;  ///< the holder's, in any state
  Instant now = {};
  Answers answers = {};
};

/// The claims of one attestation. Errors: forbidden, when there is nothing that attests; unavailable, while
/// somebody has to be asked.
Result<json::Object> attest(const AttestationDefinition& attestation, const CredentialDefinition& definition,
                            const Sources& sources);

/// Whether all rules of a definition hold. Errors: forbidden, naming the rule.
Result<void> check_rules(const CredentialDefinition& definition, const json::Object& claims, Instant now);

/// A definition with its attestations, as a request names it.
struct RequestedDefinition {
  CredentialDefinition definition;
  std::vector<AttestationDefinition> attestations;
};

/// The verdict on a request: the attestations of all definitions, merged (a later one wins), then the rules
/// of each, then whether its mappings find what they require and what they make follows its schema. Pending
/// when a definition wants a person's approval; unattested while others have to be asked, unless what is
/// known refuses already.
Verdict evaluate(std::span<const RequestedDefinition> requested, const Sources& sources);
/// The same of claims that are attested, or taken for it, about a holder.
Verdict judge(std::span<const RequestedDefinition> requested, json::Object claims, const Did& holder,
              Instant now);

/// The members of a credential that come from claims.
struct MappedClaims {
  json::Object subject;  ///< without `id`: that is the holder's DID always
  std::optional<std::string> name;
  std::optional<std::string> description;

  bool operator==(const MappedClaims&) const = default;
};
/// Errors: forbidden, when a required claim is absent or a name is no text.
Result<MappedClaims> map_claims(const CredentialDefinition& definition, const json::Object& claims);

/// What a credential is made of beside its definition and claims.
struct CredentialParts {
  IssuedCredentialId id;
  Did issuer;
  Did holder;
  std::vector<protocol::vc::StatusEntry> statuses;
  Instant now;
  std::optional<std::string> schema_url = {};  ///< where the definition's schema is read
};
/// The credential, to be signed. Its validity begins a few seconds back, so that a verifier whose clock is
/// late takes it. Errors: those of `map_claims`; forbidden, when the subject does not follow the definition's
/// schema.
Result<protocol::vc::Credential> make_credential(const CredentialDefinition& definition,
                                                 const json::Object& claims, const CredentialParts& parts);

/// The definition's entry in the issuer's metadata. `schema_url` stands in where the definition has none of
/// its own.
protocol::dcp::CredentialObject metadata_entry(const CredentialDefinition& definition,
                                               std::string_view schema_url);

}  // namespace kontor::domain::issuance
