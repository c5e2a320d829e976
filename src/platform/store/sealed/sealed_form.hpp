#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/crypto/aead.hpp"
#include "base/json/json.hpp"
#include "base/random/random.hpp"
#include "base/result/result.hpp"
#include "base/text/bytes.hpp"

/// How what is sealed stands in a stored form. Pure.
///
/// The members that are sealed are taken out of the body and stand in one new member of it:
///
///     "$sealed": "1.<id of the data key>.<base64url of nonce (12), cipher text, tag (16)>"
///
/// AES-256-GCM over a JSON object from the path of each member to its value; over the text itself for a body
/// that is sealed as a whole. Bound to its `Place`: in another row it does not open.
namespace kontor::platform::store::sealed {

/// A key of one context. The id tells when it was made (data_keys.hpp); it is no secret.
struct DataKey {
  std::string id;
  crypto::AesKey key;
};

/// The row that a sealed text belongs to.
struct Place {
  enum class Row : std::uint8_t { entity, effect };
  std::string_view context;
  std::string_view kind;
  std::string_view id;
  Row row = Row::entity;
};

/// Whether one of the members may stand in the body: a look at its text, before it is parsed.
bool may_hold(std::string_view body, std::span<const std::string_view> members);

/// A body without the members that are to be sealed.
struct Parted {
  std::string clear;
  std::string secret;  ///< an object, path → value; empty: there is nothing to seal
};
/// Of the members that are sealed everything is checked to be JSON; of the rest no more than it takes to find
/// them. Errors: malformed (no JSON), internal (a path leads through something that is no object).
Result<Parted> take_out(std::string body, std::span<const std::string_view> members);

struct Sealing {
  const Place& place;
  const DataKey& key;
  Random& random;
};
std::string seal_members(Parted parted, const Sealing& sealing);
std::string seal_whole(std::string_view body, const Sealing& sealing);

/// A stored body in which something is sealed.
struct SealedBody {
  json::Value clear;
  std::string key_id;
  Bytes message;  ///< nonce, cipher text, tag
};
/// None: nothing is sealed in it. Errors: internal where it was not written here.
Result<std::optional<SealedBody>> read_sealed(std::string_view body);

/// Errors: internal when the key or the place is another one, or any bit was changed.
Result<std::string> open_members(SealedBody sealed, const Place& place, const crypto::AesKey& key);
Result<std::string> open_whole(const SealedBody& sealed, const Place& place, const crypto::AesKey& key);

}  // namespace kontor::platform::store::sealed
