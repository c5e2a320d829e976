#include "protocol/jose/jwks.hpp"

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"

namespace kontor::protocol::jose {
namespace {

constexpr std::size_t keys_max = 256;

}  // namespace

Result<Jwk> find_key(const Jwks& jwks, const std::optional<std::string>& kid) {
  const Jwk* found = nullptr;
  for (const auto& key : jwks.keys) {
    if (kid && key.kid != kid) continue;
    if (found) {
      return fail(ErrorCode::unauthenticated, "several keys fit: {}",
                  kid ? "two have the same kid" : "the token names no kid");
    }
    found = &key;
  }
  if (!found)
    return fail(ErrorCode::not_found, "no key with kid '{}'", text::beginning(kid.value_or(""), 256));
  return *found;
}

Result<void> read(const json::Node& node, Jwks& out) {
  json::ObjectReader in(node);
  std::vector<json::Value> keys;
  in.required("keys", keys);
  if (keys.size() > keys_max) in.refuse("keys", fmt::format("has more than {} keys", keys_max));
  for (const auto& key : keys) {
    auto jwk = json::decode_value<Jwk>(key);
    if (in.ok() && jwk && public_key(*jwk)) out.keys.push_back(std::move(*jwk));
  }
  return in.done();
}

json::Value write(const Jwks& jwks) {
  return json::ObjectWriter().field("keys", jwks.keys).done();
}

}  // namespace kontor::protocol::jose
