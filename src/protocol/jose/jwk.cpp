#include "protocol/jose/jwk.hpp"

#include <algorithm>
#include <array>

#include "base/crypto/hash.hpp"
#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"
#include "base/text/encoding.hpp"

namespace kontor::protocol::jose {
namespace {

using crypto::KeyType;

constexpr std::array private_members{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

std::string kty_of(KeyType type) {
  switch (type) {
    case KeyType::ed25519:
      return "OKP";
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
      return "EC";
    case KeyType::rsa:
      return "RSA";
  }
  return {};
}

std::optional<KeyType> type_of(const Jwk& jwk) {
  if (jwk.kty == "RSA") return KeyType::rsa;
  for (auto type : {KeyType::ed25519, KeyType::p256, KeyType::p384, KeyType::p521}) {
    if (jwk.kty == kty_of(type) && jwk.crv == name_of(type)) return type;
  }
  return std::nullopt;
}

Result<Bytes> number(std::string_view member, const std::string& text) {
  if (text.empty()) return invalid(fmt::format("/{}", member), "is required");
  auto bytes = text::base64url_decode(text);
  if (!bytes) return invalid(fmt::format("/{}", member), "{}", bytes.error().detail);
  return bytes;
}

Result<crypto::PublicKey> make_key(KeyType type, const Jwk& jwk) {
  if (type == KeyType::rsa) {
    const auto n = number("n", jwk.n);
    if (!n) return fail(n.error());
    const auto e = number("e", jwk.e);
    if (!e) return fail(e.error());
    return crypto::PublicKey::from_rsa({*n, *e});
  }
  const auto x = number("x", jwk.x);
  if (!x) return fail(x.error());
  if (type == KeyType::ed25519) return crypto::PublicKey::from_ed25519(*x);
  const auto y = number("y", jwk.y);
  if (!y) return fail(y.error());
  return crypto::PublicKey::from_ec(type, {*x, *y});
}

Result<KeyType> checked_type(const Jwk& jwk) {
  const auto type = type_of(jwk);
  if (!type) {
    return invalid("/kty", "keys are Ed25519, P-256, P-384, P-521 or RSA, not kty '{}' with crv '{}'",
                   text::beginning(jwk.kty, 16), text::beginning(jwk.crv, 32));
  }
  if (jwk.alg && algorithm_named(*jwk.alg) != algorithm_of(*type)) {
    return invalid("/alg", "a key of type {} does not sign with '{}'", name_of(*type),
                   text::beginning(*jwk.alg, 32));
  }
  return *type;
}

void read_public(json::ObjectReader& in, Jwk& out) {
  in.required("kty", out.kty)
      .optional("crv", out.crv)
      .optional("x", out.x)
      .optional("y", out.y)
      .optional("n", out.n)
      .optional("e", out.e)
      .optional("kid", out.kid)
      .optional("alg", out.alg)
      .optional("use", out.use)
      .optional("key_ops", out.key_ops);
}

}  // namespace

Result<crypto::PublicKey> public_key(const Jwk& jwk) {
  const auto type = checked_type(jwk);
  if (!type) return fail(type.error());
  return make_key(*type, jwk);
}

Result<Algorithm> algorithm_of(const Jwk& jwk) {
  const auto type = checked_type(jwk);
  if (!type) return fail(type.error());
  return algorithm_of(*type);
}

Result<crypto::PublicKey> verification_key(const Jwk& jwk) {
  if (jwk.use && *jwk.use != "sig") {
    return invalid("/use", "the key is for '{}', not for signatures", text::beginning(*jwk.use, 32));
  }
  if (!jwk.key_ops.empty() && std::ranges::find(jwk.key_ops, "verify") == jwk.key_ops.end()) {
    return invalid("/key_ops", "the key is not for checking signatures");
  }
  return public_key(jwk);
}

Jwk jwk_of(const crypto::PublicKey& key) {
  const auto& parts = key.parts();
  Jwk jwk;
  jwk.kty = kty_of(key.type());
  if (key.type() != KeyType::rsa) jwk.crv = name_of(key.type());
  jwk.x = text::base64url_encode(parts.x);
  jwk.y = text::base64url_encode(parts.y);
  jwk.n = text::base64url_encode(parts.n);
  jwk.e = text::base64url_encode(parts.e);
  return jwk;
}

Result<std::string> thumbprint(const Jwk& jwk) {
  struct Member {
    std::string_view name;
    const std::string& value;
  };
  // In the order of their names, as RFC 7638 §3.2 wants them.
  const Member members[] = {{"crv", jwk.crv}, {"e", jwk.e}, {"kty", jwk.kty},
                            {"n", jwk.n},     {"x", jwk.x}, {"y", jwk.y}};
  const bool rsa = jwk.kty == "RSA";
  const bool ec = jwk.kty == "EC";
  if (!rsa && !ec && jwk.kty != "OKP")
    return invalid("/kty", "no thumbprint of kty '{}'", text::beginning(jwk.kty, 16));
  json::Object required;
  for (const auto& [name, value] : members) {
    const bool belongs = name == "kty" || (rsa ? name == "n" || name == "e"
                                               : name == "crv" || name == "x" || (ec && name == "y"));
    if (!belongs) continue;
    if (value.empty()) return invalid("/" + std::string(name), "is required");
    required.emplace(name, value);
  }
  return text::base64url_encode(crypto::sha256(json::serialize(required)));
}

Result<void> read(const json::Node& node, Jwk& out) {
  json::ObjectReader in(node);
  read_public(in, out);
  for (const auto* member : private_members) {
    if (in.has(member))
      in.refuse(member, "a public key has no private member: this key is compromised, replace it");
  }
  return in.done();
}

json::Value write(const Jwk& jwk) {
  return json::ObjectWriter()
      .field("kty", jwk.kty)
      .non_empty("crv", jwk.crv)
      .non_empty("x", jwk.x)
      .non_empty("y", jwk.y)
      .non_empty("n", jwk.n)
      .non_empty("e", jwk.e)
      .field("kid", jwk.kid)
      .field("alg", jwk.alg)
      .field("use", jwk.use)
      .non_empty("key_ops", jwk.key_ops)
      .done();
}

Result<void> read(const json::Node& node, PrivateJwk& out) {
  json::ObjectReader in(node);
  read_public(in, out.key);
  std::string d;
  in.required("d", d);
  out.d = crypto::Secret(d);
  crypto::wipe(std::as_writable_bytes(std::span(d)));
  return in.done();
}

json::Value write(const PrivateJwk& jwk) {
  auto value = write(jwk.key);
  value.as_object().emplace("d", jwk.d.reveal());
  return value;
}

Result<PrivateJwk> private_jwk_of(const crypto::PrivateKey& key) {
  const auto scalar = key.scalar();
  if (scalar.empty()) return fail(ErrorCode::invalid_input, "an RSA key is exported as PKCS #8, not as JWK");
  auto d = text::base64url_encode(scalar.bytes());
  PrivateJwk jwk{jwk_of(key.public_key()), crypto::Secret(d)};
  crypto::wipe(std::as_writable_bytes(std::span(d)));
  return jwk;
}

Result<crypto::PrivateKey> private_key(const PrivateJwk& jwk) {
  const auto claimed = public_key(jwk.key);
  if (!claimed) return fail(claimed.error());
  auto decoded = text::base64url_decode(jwk.d.reveal());
  if (!decoded) return invalid("/d", "{}", decoded.error().detail);
  const crypto::Secret scalar(std::move(*decoded));
  auto key = crypto::PrivateKey::from_scalar(claimed->type(), scalar.bytes());
  if (!key) return fail(key.error());
  if (!(key->public_key() == *claimed)) return invalid("/d", "belongs to another public key");
  return key;
}

}  // namespace kontor::protocol::jose
