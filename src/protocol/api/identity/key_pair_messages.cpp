#include "protocol/api/identity/key_pair_messages.hpp"

#include <algorithm>

namespace kontor::protocol::api::identity {
namespace {

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

bool any_of(std::string_view text, std::initializer_list<std::string_view> known) {
  return std::any_of(known.begin(), known.end(),
                     [&](std::string_view each) { return equals_ignoring_case(text, each); });
}

struct GeneratorParams {
  std::string algorithm = "EC";
  std::string curve;
};

Result<void> read(const json::Node& node, GeneratorParams& out) {
  json::ObjectReader in(node);
  in.optional("algorithm", out.algorithm).optional("curve", out.curve);
  if (!in.ok()) return in.done();
  const bool ec = any_of(out.algorithm, {"EC"}) && any_of(out.curve, {"", "secp256r1", "P-256"});
  const bool ed = any_of(out.algorithm, {"EDDSA", ""}) && any_of(out.curve, {"", "ed25519"});
  if (!ec && !ed) in.refuse("algorithm", "must be EC with curve secp256r1, or EDDSA with curve ed25519");
  return in.done();
}

}  // namespace

Result<void> read(const json::Node& node, KeyDescriptor& out) {
  json::ObjectReader in(node);
  GeneratorParams params;
  in.required("keyId", out.key_id)
      .required("privateKeyAlias", out.private_key_alias)
      .required("keyGeneratorParams", params)
      .one_or_many("usage", out.usages)
      .optional("active", out.active);
  if (in.ok() && in.has("usage") && out.usages.empty()) in.refuse("usage", "must not be empty");
  out.algorithm = any_of(params.algorithm, {"EC"}) ? "EC" : "EDDSA";
  out.curve = params.curve;
  return in.done();
}

json::Value write(const KeyDescriptor& key) {
  const auto params = json::ObjectWriter().field("algorithm", key.algorithm).field("curve", key.curve).done();
  return json::ObjectWriter()
      .field("keyId", key.key_id)
      .field("privateKeyAlias", key.private_key_alias)
      .field("keyGeneratorParams", params)
      .non_empty("usage", key.usages)
      .field("active", key.active)
      .done();
}

Result<void> read(const json::Node& node, KeyPairResource& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("keyId", out.key_id)
      .required("state", out.state)
      .optional("defaultPair", out.is_default)
      .optional("usage", out.usages);
  return in.done();
}

json::Value write(const KeyPairResource& key) {
  return json::ObjectWriter()
      .field("id", key.id)
      .field("keyId", key.key_id)
      .field("state", key.state)
      .field("defaultPair", key.is_default)
      .field("usage", key.usages)
      .field("serializedPublicKey", json::serialize(key.public_key))
      .done();
}

}  // namespace kontor::protocol::api::identity
