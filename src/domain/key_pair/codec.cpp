#include "domain/key_pair/codec.hpp"

namespace kontor::domain::key_pair {
namespace {

std::optional<std::int64_t> count_of(std::optional<std::chrono::milliseconds> duration) {
  if (!duration) return std::nullopt;
  return std::int64_t{duration->count()};
}

}  // namespace

Result<void> read(const json::Node& node, Usage& out) {
  return json::read_enum(node, usage_names, out);
}

json::Value write(const Usage& usage) {
  return json::Value(usage_names.name(usage));
}

Result<void> read(const json::Node& node, KeyPair& out) {
  json::ObjectReader in(node);
  std::int64_t use_duration = out.use_duration.count();
  std::optional<std::int64_t> overlap;
  in.required("id", out.id)
      .required("keyId", out.key_id)
      .optional("groupName", out.group_name)
      .optional("keyContext", out.type)
      .required("publicKeyJwk", out.public_key)
      .required("privateKeyAlias", out.private_key_alias)
      .required("usage", out.usages)
      .optional("defaultPair", out.is_default)
      .optional("useDuration", use_duration)
      .optional("activatedAt", out.activated_at)
      .optional("signsFrom", out.signs_from)
      .optional("signedUntil", out.signed_until)
      .optional("rotatesAt", out.rotates_at)
      .optional("warnsAt", out.warns_at)
      .optional("succession", out.succession)
      .optional("rotationDuration", overlap)
      .optional("retiresAt", out.retires_at)
      .optional("retired", out.retired);
  out.use_duration = std::chrono::milliseconds(use_duration);
  if (overlap) out.overlap = std::chrono::milliseconds(*overlap);
  if (auto state = in.member("state")) {
    if (auto done = json::read_state_name(*state, state_codes, out.state); !done) return done;
  }
  return in.done();
}

json::Value write(const KeyPair& key_pair) {
  return json::ObjectWriter()
      .field("id", key_pair.id)
      .field("keyId", key_pair.key_id)
      .field("groupName", key_pair.group_name)
      .field("keyContext", key_pair.type)
      .field("publicKeyJwk", key_pair.public_key)
      .field("privateKeyAlias", key_pair.private_key_alias)
      .field("usage", key_pair.usages)
      .field("defaultPair", key_pair.is_default)
      .field("useDuration", std::int64_t{key_pair.use_duration.count()})
      .field("state", state_codes.name(key_pair.state))
      .field("activatedAt", key_pair.activated_at)
      .field("signsFrom", key_pair.signs_from)
      .field("signedUntil", key_pair.signed_until)
      .field("rotatesAt", key_pair.rotates_at)
      .field("warnsAt", key_pair.warns_at)
      .field("succession", key_pair.succession)
      .field("rotationDuration", count_of(key_pair.overlap))
      .field("retiresAt", key_pair.retires_at)
      .field("retired", key_pair.retired)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type);
  if (type == "PublishDidDocument") {
    out = PublishDidDocument{};
  } else if (type == "DestroyPrivateKey") {
    DestroyPrivateKey destroy;
    in.required("privateKeyAlias", destroy.private_key_alias);
    out = std::move(destroy);
  } else if (type == "FindSuccessor") {
    out = FindSuccessor{};
  } else {
    in.refuse("type", "is no effect of a key pair");
  }
  return in.done();
}

json::Value write(const Effect& effect) {
  if (const auto* destroy = std::get_if<DestroyPrivateKey>(&effect)) {
    return json::ObjectWriter()
        .field("type", "DestroyPrivateKey")
        .field("privateKeyAlias", destroy->private_key_alias)
        .done();
  }
  const bool find = std::holds_alternative<FindSuccessor>(effect);
  return json::ObjectWriter().field("type", find ? "FindSuccessor" : "PublishDidDocument").done();
}

}  // namespace kontor::domain::key_pair
