#include "protocol/api/identity/key_pair_messages.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::protocol::api::identity {
namespace {

using text::equal_ignoring_case;

struct GeneratorParams {
  std::string algorithm = "EC";
  std::string curve;
};

struct Made {
  std::string_view algorithm;
  std::string_view curve;  ///< as it is asked for; empty: the algorithm's own
  std::string_view name;   ///< as it is written here
};
constexpr Made made_here[] = {
    {"EC", "", "secp256r1"},         {"EC", "secp256r1", "secp256r1"},
    {"EC", "P-256", "secp256r1"},    {"EC", "secp384r1", "secp384r1"},
    {"EC", "P-384", "secp384r1"},    {"EDDSA", "", "ed25519"},
    {"EDDSA", "ed25519", "ed25519"}, {"", "", "ed25519"},
    {"", "ed25519", "ed25519"},
};

Result<void> read(const json::Node& node, GeneratorParams& out) {
  json::ObjectReader in(node);
  in.optional("algorithm", out.algorithm).optional("curve", out.curve);
  if (!in.ok()) return in.done();
  const auto* found = std::ranges::find_if(made_here, [&](const Made& made) {
    return equal_ignoring_case(made.algorithm, out.algorithm) && equal_ignoring_case(made.curve, out.curve);
  });
  if (found == std::ranges::end(made_here)) {
    in.refuse("algorithm", "must be EC with curve secp256r1 or secp384r1, or EDDSA with curve ed25519");
    return in.done();
  }
  out.algorithm = found->name == "ed25519" ? "EDDSA" : "EC";
  out.curve = std::string(found->name);
  return in.done();
}

/// PEM often comes with its line ends escaped twice.
std::string with_line_ends(std::string pem) {
  constexpr std::string_view escaped = "\\n";
  for (auto at = pem.find(escaped); at != std::string::npos; at = pem.find(escaped, at)) {
    pem.replace(at, escaped.size(), "\n");
  }
  return pem;
}

}  // namespace

Result<void> read(const json::Node& node, KeyDescriptor& out) {
  json::ObjectReader in(node);
  std::optional<GeneratorParams> params;
  in.optional("resourceId", out.resource_id)
      .required("keyId", out.key_id)
      .required("privateKeyAlias", out.private_key_alias)
      .optional("type", out.type)
      .optional("publicKeyJwk", out.public_key_jwk)
      .optional("publicKeyPem", out.public_key_pem)
      .optional("keyGeneratorParams", params)
      .one_or_many("usage", out.usages)
      .optional("active", out.active);
  if (!in.ok()) return in.done();
  if (in.has("usage") && out.usages.empty()) in.refuse("usage", "must not be empty");
  const int sources = (out.public_key_jwk ? 1 : 0) + (out.public_key_pem ? 1 : 0) + (params ? 1 : 0);
  if (sources != 1) {
    in.refuse("keyGeneratorParams",
              "exactly one of keyGeneratorParams, publicKeyJwk and publicKeyPem says which key it is");
  }
  if (out.public_key_pem) out.public_key_pem = with_line_ends(std::move(*out.public_key_pem));
  if (params) {
    out.algorithm = std::move(params->algorithm);
    out.curve = std::move(params->curve);
  }
  return in.done();
}

json::Value write(const KeyDescriptor& key) {
  json::ObjectWriter out;
  out.non_empty("resourceId", key.resource_id)
      .field("keyId", key.key_id)
      .field("privateKeyAlias", key.private_key_alias)
      .non_empty("type", key.type)
      .field("publicKeyJwk", key.public_key_jwk)
      .field("publicKeyPem", key.public_key_pem);
  if (!key.public_key_jwk && !key.public_key_pem) {
    out.field("keyGeneratorParams",
              json::ObjectWriter().field("algorithm", key.algorithm).field("curve", key.curve).done());
  }
  return out.non_empty("usage", key.usages).field("active", key.active).done();
}

Result<void> read(const json::Node& node, Successor& out) {
  const auto* object = node.value().if_object();
  const bool none = !node.shape() && (node.value().is_null() || (object && object->empty()));
  if (none) return {};
  return read(node, out.key.emplace());
}

json::Value write(const Successor& successor) {
  return successor.key ? write(*successor.key) : json::Value(json::Object{});
}

Result<void> read(const json::Node& node, KeyPairResource& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("participantContextId", out.participant_context_id)
      .required("keyId", out.key_id)
      .optional("groupName", out.group_name)
      .optional("keyContext", out.key_context)
      .optional("defaultPair", out.is_default)
      .optional("useDuration", out.use_duration)
      .optional("rotationDuration", out.rotation_duration)
      .required("privateKeyAlias", out.private_key_alias)
      .required("state", out.state)
      .optional("usage", out.usages);
  return in.done();
}

json::Value write(const KeyPairResource& key) {
  return json::Object{{"id", key.id},
                      {"participantContextId", key.participant_context_id.str()},
                      {"createdAt", epoch_milliseconds(key.created_at)},
                      {"timestamp", epoch_milliseconds(key.changed_at)},
                      {"keyId", key.key_id},
                      {"groupName", key.group_name},
                      {"keyContext", key.key_context},
                      {"defaultPair", key.is_default},
                      {"useDuration", key.use_duration},
                      {"rotationDuration", key.rotation_duration},
                      {"serializedPublicKey", json::serialize(key.public_key)},
                      {"privateKeyAlias", key.private_key_alias},
                      {"state", key.state},
                      {"usage", json::write(key.usages)}};
}

}  // namespace kontor::protocol::api::identity
