#include "protocol/did/self_contained.hpp"

#include "base/json/codec.hpp"
#include "base/text/encoding.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/multibase.hpp"

namespace kontor::protocol::did {
namespace {

constexpr json::ParseLimits jwk_limits{.bytes_max = 2048, .depth_max = 4};

Result<void> expect_method(const Did& did, std::string_view method) {
  const auto parsed = parse_did(did.str());
  if (!parsed) return fail(parsed.error());
  if (method_of(did) != method) return fail(ErrorCode::malformed, "the DID's method is not '{}'", method);
  return {};
}

Result<jose::Jwk> own_key(const Did& did) {
  if (method_of(did) == "jwk") return key_of_did_jwk(did);
  const auto key = key_of_did_key(did);
  if (!key) return fail(key.error());
  return jose::jwk_of(*key);
}

}  // namespace

Result<crypto::PublicKey> key_of_did_key(const Did& did) {
  if (auto fits = expect_method(did, "key"); !fits) return fail(fits.error());
  const auto id = method_specific_id(did);
  if (!id.starts_with('z')) return fail(ErrorCode::malformed, "a did:key starts with 'z'");
  return key_of_multikey(id);
}

Did did_key_of(const crypto::PublicKey& key) {
  return Did("did:key:" + multikey_of(key));
}

Result<jose::Jwk> key_of_did_jwk(const Did& did) {
  if (auto fits = expect_method(did, "jwk"); !fits) return fail(fits.error());
  const auto text = text::base64url_decode(method_specific_id(did));
  if (!text) return fail(text.error(), "did:jwk");
  return json::decode<jose::Jwk>(text_of(*text), jwk_limits);
}

Did did_jwk_of(const jose::Jwk& key) {
  return Did("did:jwk:" + text::base64url_encode(bytes_of(json::encode(key))));
}

bool is_self_contained(const Did& did) {
  return method_of(did) == "key" || method_of(did) == "jwk";
}

Result<DidDocument> document_of(const Did& did) {
  auto key = own_key(did);
  if (!key) return fail(key.error());
  const auto fragment = method_of(did) == "jwk" ? std::string("0") : std::string(method_specific_id(did));
  const auto id = did.str() + "#" + fragment;
  DidDocument document;
  document.id = did;
  document.verification_methods.push_back({.id = id, .controller = did, .key = std::move(*key)});
  document.authentication = {id};
  document.assertion_method = {id};
  document.capability_invocation = {id};
  document.capability_delegation = {id};
  return document;
}

}  // namespace kontor::protocol::did
