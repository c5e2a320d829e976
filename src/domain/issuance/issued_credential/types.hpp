#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time/time.hpp"
#include "domain/issuance/ids.hpp"
#include "protocol/dcp/ids.hpp"
#include "protocol/vc/credential.hpp"

/// The issuer's record of a credential that it issued: to whom, what, and whether it still stands. The token
/// itself is the holder's. [Issuer administration API, credentials]
namespace kontor::domain::issuance::issued_credential {

enum class State : std::uint8_t {
  issued,
  suspended,  ///< for a while
  revoked,    ///< for ever
};
inline constexpr json::EnumNames<State, 3> state_names{{
    {State::issued, "ISSUED"},
    {State::suspended, "SUSPENDED"},
    {State::revoked, "REVOKED"},
}};

/// Purposes of status lists.
inline constexpr std::string_view revocation = "revocation";
inline constexpr std::string_view suspension = "suspension";

/// Where in the issuer's lists the credential stands.
struct StatusSlot {
  StatusListId list;
  std::string purpose{revocation};
  std::uint64_t index = 0;

  bool operator==(const StatusSlot&) const = default;
};

struct IssuedCredential {
  IssuedCredentialId id;
  protocol::dcp::IssuerPid process;
  HolderId holder;
  CredentialDefinitionId definition;
  protocol::vc::Credential credential;  ///< without a proof
  std::vector<StatusSlot> slots;
  State state = State::issued;
  std::string reason;  ///< of the last change of state, as the administrator gave it

  bool operator==(const IssuedCredential&) const = default;
};

/// It was signed; recorded before it is delivered, so that whatever a holder has can be revoked.
struct Record {
  IssuedCredential credential;
};
struct Revoke {
  std::string reason;
};
struct Suspend {
  std::string reason;
};
struct Resume {
  std::string reason;
};

using Event = std::variant<Record, Revoke, Suspend, Resume>;

/// Set or clear a bit: apply `Mark` to the status list.
struct MarkStatus {
  StatusListId list;
  std::uint64_t index = 0;
  bool value = true;

  bool operator==(const MarkStatus&) const = default;
};

using Effect = std::variant<MarkStatus>;

}  // namespace kontor::domain::issuance::issued_credential
