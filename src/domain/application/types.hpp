#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/json.hpp"
#include "base/time/time.hpp"

/// An organisation's application to join a dataspace: the governance reviews it, and its approval is what an
/// issuer's `application` attestation rests on. Approving authorises the issuance of a credential; it issues
/// nothing.
namespace kontor::domain::application {

using ApplicationId = Id<struct ApplicationIdTag>;
/// A person or service that acts, as the token that it came with names it.
using ActorId = Id<struct ActorIdTag>;

enum class State : std::uint8_t {
  submitted,          ///< waits for a reviewer
  in_review,          ///< a reviewer has it
  changes_requested,  ///< waits for the applicant
  approved,           ///< final
  rejected,           ///< final
  withdrawn,          ///< final
};

enum class Action : std::uint8_t {
  submit,
  start_review,
  request_changes,
  resubmit,
  approve,
  reject,
  withdraw,
};

/// A document that backs the application; its bytes are stored elsewhere.
struct DocumentReference {
  std::string name;       ///< for people: `extract of the commercial register.pdf`
  std::string reference;  ///< where it is: an absolute URI
  std::string media_type;
  std::string sha256;  ///< lower-case hexadecimal, so that what was reviewed is provable

  bool operator==(const DocumentReference&) const = default;
};

/// What an applicant states, at first and after changes were requested.
struct Statement {
  std::string holder_name;      ///< the organisation's name
  std::string credential_type;  ///< what it wants to hold: `MembershipCredential`
  json::Object properties;      ///< its own claims, for example `country`, `registrationNumber`
  std::vector<DocumentReference> documents;

  bool operator==(const Statement&) const = default;
};

struct HistoryEntry {
  Instant at;
  ActorId by;
  Action action = Action::submit;
  std::string comment;

  bool operator==(const HistoryEntry&) const = default;
};

struct Application {
  ApplicationId id;
  Did applicant;
  Statement statement;
  State state = State::submitted;
  std::optional<ActorId> reviewer;
  std::vector<HistoryEntry> history;  ///< oldest first, never empty

  bool operator==(const Application&) const = default;
};

struct Submit {
  ApplicationId id;
  Did applicant;
  Statement statement;
  ActorId by;
};
/// By the governance. In review already: another reviewer takes over.
struct StartReview {
  ActorId by;
};
/// By the governance; the comment says what has to change.
struct RequestChanges {
  ActorId by;
  std::string comment;
};
/// By the applicant, when changes were requested.
struct Resubmit {
  ActorId by;
  Statement statement;
  std::string comment;
};
/// By the governance, and never by who submitted.
struct Approve {
  ActorId by;
  std::string comment;
};
/// By the governance, and never by who submitted; the comment is the reason.
struct Reject {
  ActorId by;
  std::string comment;
};
/// By the applicant.
struct Withdraw {
  ActorId by;
  std::string comment;
};

using Event = std::variant<Submit, StartReview, RequestChanges, Resubmit, Approve, Reject, Withdraw>;

/// Nothing is to be done outside: who wants to know listens to what happened.
using Effect = std::variant<std::monostate>;

}  // namespace kontor::domain::application
