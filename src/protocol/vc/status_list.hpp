#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "protocol/vc/bitstring.hpp"
#include "protocol/vc/token.hpp"

/// The credential that carries a status list (Bitstring Status List §2.2; StatusList2021 §3.2).
namespace kontor::protocol::vc {

struct StatusList {
  StatusKind kind = StatusKind::bitstring;
  std::string url;  ///< where it is published, also its id
  Did issuer;
  std::vector<std::string> purposes;  ///< usually one
  Bitstring bits;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_until;
  /// How long readers need not ask again. Written, of a bitstring list; readers have bounds of their own.
  std::optional<Duration> ttl = {};
};

/// The list as a credential, ready for `credential_signing_input`. EDC reads lists from a `vc` claim alone,
/// so the form of 1.1 is what everybody reads; the type of the list is independent of it.
Credential status_list_credential(const StatusList& list, Format format);

/// Reads the list of a credential. Errors: invalid_input (no status list), those of `decode_bitstring`.
Result<StatusList> read_status_list(const Credential& credential);

}  // namespace kontor::protocol::vc
