#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json/codec.hpp"
#include "base/time/time.hpp"

namespace kontor::runtime::client_secrets {

/// A secret that a newer one has replaced, good until its users have the new one.
struct EndingSecret {
  std::string hash;
  Instant until;
};
Result<void> read(const json::Node& node, EndingSecret& out);
json::Value write(const EndingSecret& ending);

/// What is kept of a client's secrets: hashes.
struct KeptSecrets {
  std::string current;  ///< empty: none
  std::optional<EndingSecret> ending;
};

/// The hashes that a secret may match at this moment.
std::vector<std::string> good_at(const KeptSecrets& kept, Instant now);
/// After a new secret was set: the one before stays good for `overlap`, and none before that.
KeptSecrets replaced(KeptSecrets kept, std::string next_hash, Duration overlap, Instant now);

}  // namespace kontor::runtime::client_secrets
