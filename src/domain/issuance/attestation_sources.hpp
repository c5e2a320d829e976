#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "domain/issuance/documents.hpp"

/// What attestations ask somebody outside, as their configurations say it.
namespace kontor::domain::issuance {

/// Which claims are made of what was answered: claim → JSON pointer (RFC 6901) into it. Empty: all of it.
using ClaimPointers = std::map<std::string, std::string>;

/// Type `presentation`: a credential of the holder, which its credential service presents. The answer is the
/// credential's subject.
struct PresentationSource {
  std::string credential_type;
  std::vector<Did> trusted_issuers;  ///< of that type
  ClaimPointers claims;
};

/// Type `http`: a JSON document about the holder. GET has `holderId` and `holderDid` in the query, POST in
/// the body. 404 and 410: nothing is known of the holder.
struct HttpSource {
  enum class Method : std::uint8_t { get, post };

  std::string url;
  Method method = Method::get;
  std::string auth_key = "Authorization";    ///< the field that has the secret
  std::optional<std::string> secret_name{};  ///< of the issuer's secrets
  ClaimPointers claims;
};

/// Type `database`: the row of a table whose `id_column` is the holder's id. The answer is the row.
struct DatabaseSource {
  std::string data_source;  ///< that the operator configured
  std::string table;
  std::string id_column = "holder_id";
  std::vector<std::string> columns;  ///< empty: all that the operator allows
};

using AttestationSource = std::variant<PresentationSource, HttpSource, DatabaseSource>;

/// Whether attestations of the type ask somebody outside.
bool asks_others(AttestationType type);

/// Reads the configuration of an attestation that asks others. Errors: invalid_input, with the pointer below
/// `/configuration`.
Result<AttestationSource> source_of(const AttestationDefinition& attestation);

/// Whether the holder is refused of whom the source knows nothing; else nothing is claimed of it. Member
/// `required`, true unless it is said.
bool is_required(const AttestationDefinition& attestation);

/// The claims of an answer. Errors: forbidden, where a pointer leads to nothing.
Result<json::Object> claims_of(const json::Value& answer, const ClaimPointers& pointers);

}  // namespace kontor::domain::issuance
