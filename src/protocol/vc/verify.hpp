#pragma once

#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/vc/evidence.hpp"
#include "protocol/vc/presentation.hpp"
#include "protocol/vc/status_list.hpp"

/// Whether credentials and presentations are to be believed (DCP 1.0, presentation verification). Pure: what
/// has to be fetched is named first (`required_keys`, `required_status_lists`, `required_schemas`), then
/// everything is checked at once.
namespace kontor::protocol::vc {

/// Why something is not believed.
enum class Reason : std::uint8_t {
  key_not_found,  ///< the signature's key cannot be resolved, or is not fit for the purpose
  bad_signature,
  foreign_key,     ///< the key belongs to another DID than the one that is said to have signed
  wrong_holder,    ///< not presented by whom it should be, or about somebody else
  wrong_audience,  ///< a presentation made for another verifier
  expired,
  not_yet_valid,
  untrusted_issuer,  ///< unknown, or not trusted for this type
  missing_type,      ///< what was asked for was not presented
  no_credentials,
  revoked,
  suspended,
  status_unknown,  ///< the status list cannot be had, is not the issuer's, is out of date, or lacks the index
  schema_violated,  ///< a subject does not follow its schema, or the schema cannot be had
};
std::string_view name_of(Reason reason);

struct Rejection {
  Reason reason;
  std::string detail;  ///< names the credential and what was found
};
using Verdict = std::expected<void, Rejection>;

/// As an error of the catalogue: `forbidden` for trust, status and missing types, `unauthenticated` for the
/// rest.
Error to_error(const Rejection& rejection);

/// Who may issue what in a dataspace.
struct TrustedIssuer {
  Did did;
  std::vector<std::string> types{"*"};  ///< `*`: every type

  bool operator==(const TrustedIssuer&) const = default;
};

/// Whether a subject follows the schema at a URL. Pure: the schemas were fetched before.
using SchemaCheck = std::function<Result<void>(const std::string& schema_url, const json::Object& subject)>;

/// Status lists by URL, each proven by `verify_status_list`; shared, for each may have two mebibytes.
using KnownLists = std::map<std::string, Result<std::shared_ptr<const StatusList>>>;

/// Whether a signature holds with a key. Whoever looks at the same tokens again remembers which did.
using SignatureCheck = std::function<Result<void>(const jose::Jws& jws, const crypto::PublicKey& key)>;

/// What was fetched, and how it is looked at.
struct Evidence {
  ResolvedKeys keys;
  KnownLists status_lists;
  SchemaCheck check_schema;  ///< none: credentials that refer to a schema are rejected
  SignatureCheck check_signature = jose::verify;
};

struct CredentialExpectations {
  Instant now;
  std::optional<Did> holder;  ///< every subject must be this one
  std::vector<TrustedIssuer> trusted_issuers;
  Duration leeway = std::chrono::seconds(5);  ///< on the validity of tokens and credentials
};

/// Signature with a key of the issuer, dates (of the credential and of its token), holder, trusted issuer,
/// schema, status. A subject without id is that of the token's `sub`.
Verdict verify_credential(const SignedCredential& credential, const CredentialExpectations& expected,
                          const Evidence& evidence);

/// What a credential that was verified before can have lost since: its dates and its status.
Verdict check_standing(const Credential& credential, Instant now, const KnownLists& lists,
                       Duration leeway = CredentialExpectations{}.leeway);
/// When its dates alone may change that, as for a presentation below.
Instant dates_hold_until(const Credential& credential, Instant now,
                         Duration leeway = CredentialExpectations{}.leeway);

struct PresentationExpectations {
  CredentialExpectations credentials;  ///< with the holder: who presents must be who is spoken about
  Did audience;                        ///< the verifier; required of 1.1, and of 2.0 where it names one
};

/// Every layer's signature with a key of the holder, holder, audience, dates, then every credential. One bad
/// credential makes the presentation bad. Without `expected.credentials.holder` the presentation's own holder
/// is the one that counts.
Verdict verify_presentation(const SignedPresentation& presentation, const PresentationExpectations& expected,
                            const Evidence& evidence);

/// Who presents, to whom and when: the same but for the credentials.
Verdict verify_presenter(const SignedPresentation& presentation, const PresentationExpectations& expected,
                         const Evidence& evidence);

/// All presentations of one response: there is at least one credential, each presentation is good, and for
/// each type that was asked for there is a credential.
Verdict verify_presentations(std::span<const SignedPresentation> presentations,
                             std::span<const std::string> required_types,
                             const PresentationExpectations& expected, const Evidence& evidence);

/// When a verdict on the presentation has to be looked at anew for its dates alone: the next moment after
/// `now` at which a date of one of its layers or credentials begins or ceases to hold. `Instant::max()`:
/// never.
Instant dates_hold_until(const SignedPresentation& presentation, Instant now,
                         Duration leeway = CredentialExpectations{}.leeway);

/// The list of a status-list credential: signed by its issuer, in date. That it is the issuer of the
/// credential whose status it tells is checked by `verify_credential`. Errors: those of `to_error` and of
/// `read_status_list`.
Result<StatusList> verify_status_list(const SignedCredential& list, const ResolvedKeys& keys, Instant now);

}  // namespace kontor::protocol::vc
