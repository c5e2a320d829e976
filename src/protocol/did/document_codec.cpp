#include <algorithm>
#include <span>

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"
#include "protocol/did/did.hpp"
#include "protocol/did/document.hpp"
#include "protocol/did/multibase.hpp"

namespace kontor::protocol::did {
namespace {

constexpr std::size_t entries_max = 256;
constexpr const char* contexts[] = {"https://www.w3.org/ns/did/v1",
                                    "https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"};
constexpr const char* key_type = "JsonWebKey2020";

constexpr Relationship relationships[] = {Relationship::authentication, Relationship::assertion_method,
                                          Relationship::capability_invocation,
                                          Relationship::capability_delegation, Relationship::key_agreement};

std::optional<jose::Jwk> jwk_of(Result<crypto::PublicKey> key) {
  if (!key) return std::nullopt;
  return jose::jwk_of(*key);
}

/// The key of a method in whichever form it stands there; none where it stands in two forms or in one that is
/// not ours.
std::optional<jose::Jwk> read_key(const json::ObjectReader& in, const std::string& type) {
  const auto text_at = [&in](const char* name) -> std::optional<std::string> {
    const auto member = in.member(name);
    if (!member || !member->value().is_string()) return std::nullopt;
    return std::string(member->value().get_string());
  };
  const auto jwk = in.member("publicKeyJwk");
  const auto multibase = text_at("publicKeyMultibase");
  const auto base58 = text_at("publicKeyBase58");
  if (jwk && jwk->value().is_object()) {
    if (multibase || base58) return std::nullopt;
    auto read = json::decode_value<jose::Jwk>(jwk->value());
    return read ? std::optional(std::move(*read)) : std::nullopt;
  }
  if (multibase) return jwk_of(key_of_multikey(*multibase));
  if (base58 && type.starts_with("Ed25519")) {
    const auto x = base58_decode(*base58);
    return x ? jwk_of(crypto::PublicKey::from_ed25519(*x)) : std::nullopt;
  }
  return std::nullopt;
}

Result<VerificationMethod> read_method(const json::Node& node, const Did& subject) {
  VerificationMethod method;
  json::ObjectReader in(node);
  std::string id;
  in.required("id", id);
  method.controller = subject;
  in.optional("type", method.type).optional("controller", method.controller);
  if (auto done = in.done(); !done) return fail(done.error());
  if (id.empty()) return invalid(node.pointer() + "/id", "must not be empty");
  method.id = absolute_id(subject, id);
  method.key = read_key(in, method.type);
  return method;
}

Result<void> add_method(DidDocument& document, VerificationMethod method, const json::Node& node) {
  auto& methods = document.verification_methods;
  const auto known = std::ranges::find(methods, method.id, &VerificationMethod::id);
  if (known == methods.end()) {
    if (methods.size() == entries_max) return invalid(node.pointer(), "more than {} keys", entries_max);
    methods.push_back(std::move(method));
    return {};
  }
  // The same method inside several relationships serves all of them.
  if (method.only_for && known->only_for && known->key == method.key) {
    known->only_for.reset();
    return {};
  }
  return invalid(node.pointer(), "two verification methods have the id '{}'",
                 text::beginning(method.id, 256));
}

/// JSON-LD writes one value for a list of one.
std::vector<json::Node> entries_of(const std::optional<json::Node>& member) {
  std::vector<json::Node> entries;
  if (!member || member->value().is_null()) return entries;
  const auto* array = member->value().if_array();
  if (!array) return {*member};
  for (std::size_t i = 0; i < array->size(); ++i) entries.push_back(member->element(i, (*array)[i]));
  return entries;
}

Result<void> read_relationship(const json::ObjectReader& in, Relationship which, DidDocument& out) {
  const auto member = in.member(name_of(which));
  if (!member || member->value().is_null()) return {};
  auto& ids = out.relationship(which).emplace();
  for (const auto& entry : entries_of(member)) {
    if (ids.size() == entries_max) return invalid(entry.pointer(), "more than {} keys", entries_max);
    if (const auto* id = entry.value().if_string()) {
      ids.push_back(absolute_id(out.id, *id));
      continue;
    }
    auto method = read_method(entry, out.id);
    if (!method) return fail(method.error());
    method->only_for = which;
    ids.push_back(method->id);
    if (auto added = add_method(out, std::move(*method), entry); !added) return added;
  }
  return {};
}

/// The endpoint of a service: a string, also inside an array of one. Objects are for protocols that we do not
/// speak.
std::optional<std::string> endpoint_of(const json::ObjectReader& in) {
  const auto entries = entries_of(in.member("serviceEndpoint"));
  if (entries.size() != 1 || !entries[0].value().is_string()) return std::nullopt;
  return std::string(entries[0].value().get_string());
}

Result<void> read_service(const json::Node& node, std::vector<Service>& out) {
  json::ObjectReader in(node);
  std::string id;
  std::vector<std::string> types;
  in.optional("id", id).one_or_many("type", types);
  if (auto done = in.done(); !done) return done;
  const auto endpoint = endpoint_of(in);
  if (!endpoint) return {};
  for (auto& type : types) {
    if (out.size() == entries_max) return invalid(node.pointer(), "more than {} services", entries_max);
    out.push_back({id, std::move(type), *endpoint});
  }
  return {};
}

void parse_keys(std::vector<VerificationMethod>& methods) {
  for (auto& method : std::span(methods).first(std::min(methods.size(), keys_parsed_max))) {
    if (!method.key) continue;
    if (auto key = jose::verification_key(*method.key)) method.parsed = std::move(*key);
  }
}

json::Value write_method(const Did& subject, const VerificationMethod& method) {
  return json::ObjectWriter()
      .field("id", absolute_id(subject, method.id))
      .field("type", key_type)
      .field("controller", method.controller)
      .field("publicKeyJwk", *method.key)
      .done();
}

json::Value write_service(const Service& service) {
  auto endpoint = service.endpoint;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return json::ObjectWriter()
      .field("id", service.id)
      .field("type", service.type)
      .field("serviceEndpoint", endpoint)
      .done();
}

}  // namespace

Result<void> read(const json::Node& node, DidDocument& out) {
  json::ObjectReader in(node);
  std::string id;
  in.required("id", id);
  if (auto done = in.done(); !done) return done;
  auto did = parse_did(id);
  if (!did) return invalid(node.pointer() + "/id", "{}", did.error().detail);
  out.id = std::move(*did);
  for (const auto& entry : entries_of(in.member("verificationMethod"))) {
    auto method = read_method(entry, out.id);
    if (!method) return fail(method.error());
    if (auto added = add_method(out, std::move(*method), entry); !added) return added;
  }
  for (auto which : relationships) {
    if (auto done = read_relationship(in, which, out); !done) return done;
  }
  parse_keys(out.verification_methods);
  for (const auto& entry : entries_of(in.member("service"))) {
    if (auto done = read_service(entry, out.services); !done) return done;
  }
  return {};
}

json::Value write(const DidDocument& document) {
  json::Array context;
  for (const auto* entry : contexts) context.emplace_back(entry);
  json::Array services;
  for (const auto& service : document.services) services.push_back(write_service(service));
  json::Array methods;
  for (const auto& method : document.verification_methods) {
    if (method.key) methods.push_back(write_method(document.id, method));
  }
  json::ObjectWriter out;
  out.field("@context", json::Value(context))
      .field("id", document.id)
      .field("service", json::Value(services))
      .field("verificationMethod", json::Value(methods));
  for (auto which : relationships) {
    const auto& declared = document.relationship(which);
    if (!declared) continue;
    json::Array ids;
    for (const auto& id : *declared) ids.emplace_back(absolute_id(document.id, id));
    out.field(name_of(which), json::Value(ids));
  }
  return out.done();
}

}  // namespace kontor::protocol::did
