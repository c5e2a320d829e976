#pragma once

#include <optional>
#include <string>

#include "base/json/codec.hpp"

/// Bodies of the Identity API about the control of a DID that a participant brought along. The reference has
/// no such thing.
namespace kontor::protocol::api::identity {

/// Whether a participant controls the DID that it names.
struct DidControl {
  Did did;
  /// `HOSTED`: it is one of ours; `UNPROVEN`: a challenge is to be answered; `PROVEN`; `LOST`: another
  /// participant here has proven the control of it.
  std::string state;
  std::uint32_t open_challenges = 0;
  std::optional<Instant> proven_at;
  std::optional<std::string> key_id;  ///< the verification method that signed the proof
  std::optional<std::string> last_refusal;
};
Result<void> read(const json::Node& node, DidControl& out);
json::Value write(const DidControl& control);

/// What is to be signed: a token from the DID (`iss` and `sub`) to `audience` with the challenge in its claim
/// `nonce`, or in `token`, as the secure token service of DCP puts it there.
struct DidChallenge {
  Did did;
  std::string challenge;
  Did audience;
  Instant expires_at;
};
Result<void> read(const json::Node& node, DidChallenge& out);
json::Value write(const DidChallenge& challenge);

struct DidProof {
  std::string proof;  ///< a compact JWS
};
Result<void> read(const json::Node& node, DidProof& out);
json::Value write(const DidProof& proof);

}  // namespace kontor::protocol::api::identity
