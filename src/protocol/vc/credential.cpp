#include "protocol/vc/credential.hpp"

#include <algorithm>
#include <charconv>

#include "base/text/text.hpp"

namespace kontor::protocol::vc {
namespace {

constexpr std::string_view bitstring_entry = "BitstringStatusListEntry";
constexpr std::string_view status_list_2021_entry = "StatusList2021Entry";

/// Statuses, schemas, subjects and types of one credential; more is an attack.
constexpr std::size_t list_max = 64;

Result<std::uint64_t> read_index(const json::Node& node) {
  std::uint64_t index = 0;
  if (json::read(node, index)) return index;
  std::string text;
  if (!json::read(node, text)) return invalid(node.pointer(), "must be a number or a string of digits");
  const auto* end = text.data() + text.size();
  auto [stopped, problem] = std::from_chars(text.data(), end, index);
  if (text.empty() || problem != std::errc{} || stopped != end) {
    return invalid(node.pointer(), "must be a number or a string of digits");
  }
  return index;
}

template <class T>
json::Value one_as_object(const std::vector<T>& values) {
  if (values.size() == 1) return write(values.front());
  return json::write(values);
}

/// The object without one member, the others in their order (`erase` would move them).
json::Object without(const json::Object& object, std::string_view key) {
  json::Object rest;
  for (const auto& member : object) {
    if (member.key() != key) rest.emplace(member.key(), member.value());
  }
  return rest;
}

Result<void> read_issuer(const json::Node& node, Credential& out) {
  if (!node.value().is_object()) return json::read(node, out.issuer);
  json::ObjectReader in(node);
  in.required("id", out.issuer);
  if (auto done = in.done(); !done) return done;
  out.issuer_properties = without(*in.object(), "id");
  return {};
}

/// `@context` holds strings, and objects that matter to linked-data processors alone.
void read_contexts(const json::Node& node, std::vector<std::string>& out) {
  if (const auto* text = node.value().if_string()) out.emplace_back(*text);
  if (const auto* array = node.value().if_array()) {
    for (const auto& element : *array) {
      if (const auto* text = element.if_string()) out.emplace_back(*text);
    }
  }
}

/// A name or description: a string; language maps of 2.0 are kept out of this model.
std::optional<std::string> text_of_member(const json::Object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value ? value->if_string() : nullptr;
  if (!text) return std::nullopt;
  return std::string(*text);
}

Result<void> check_lists(const json::Node& node, const Credential& credential) {
  if (credential.types.empty()) return invalid(node.pointer() + "/type", "must name at least one type");
  const auto longest = std::max({credential.types.size(), credential.subjects.size(),
                                 credential.statuses.size(), credential.schemas.size()});
  if (longest <= list_max) return {};
  return invalid(node.pointer(), "has a list with {} entries, {} are allowed", longest, list_max);
}

std::vector<std::string> contexts_for(const Credential& credential) {
  const auto base = std::string(credential.format == Format::vc2_0_jose ? context_v2 : context_v1);
  std::vector<std::string> contexts{base};
  for (const auto& context : credential.contexts) {
    if (context != base) contexts.push_back(context);
  }
  return contexts;
}

json::Value write_issuer(const Credential& credential) {
  if (credential.issuer_properties.empty()) return json::write(credential.issuer);
  auto issuer = credential.issuer_properties;
  issuer["id"] = credential.issuer.str();
  return issuer;
}

}  // namespace

bool StatusEntry::invalidates() const {
  return !text::equal_ignoring_case(purpose, "refresh") && !text::equal_ignoring_case(purpose, "message");
}

Result<void> read(const json::Node& node, StatusEntry& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type).optional("id", out.id);
  if (auto done = in.done(); !done) return done;
  if (type != bitstring_entry && type != status_list_2021_entry) {
    out.kind = StatusKind::other;
    out.purpose.clear();
    out.other = *in.object();
    return {};
  }
  out.kind = type == bitstring_entry ? StatusKind::bitstring : StatusKind::status_list_2021;
  in.required("statusPurpose", out.purpose)
      .required("statusListCredential", out.list_url)
      .optional("statusSize", out.size_bits);
  auto index = in.member("statusListIndex");
  if (!index) in.refuse("statusListIndex", "is required");
  if (auto done = in.done(); !done) return done;
  auto number = read_index(*index);
  if (!number) return fail(std::move(number.error()));
  out.index = *number;
  return {};
}

json::Value write(const StatusEntry& entry) {
  if (entry.kind == StatusKind::other) return entry.other;
  json::ObjectWriter out;
  out.field("id", entry.id.empty() ? entry.list_url + "#" + std::to_string(entry.index) : entry.id);
  out.field("type", entry.kind == StatusKind::bitstring ? bitstring_entry : status_list_2021_entry)
      .field("statusPurpose", entry.purpose)
      .field("statusListIndex", std::to_string(entry.index))
      .field("statusListCredential", entry.list_url);
  if (entry.size_bits != 1) out.field("statusSize", entry.size_bits);
  return out.done();
}

Result<void> read(const json::Node& node, SchemaReference& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("type", out.type);
  return in.done();
}

json::Value write(const SchemaReference& schema) {
  return json::ObjectWriter().field("id", schema.id).field("type", schema.type).done();
}

static Result<void> read(const json::Node& node, Subject& out) {
  const auto* object = node.value().if_object();
  if (!object) return invalid(node.pointer(), "must be an object");
  out.claims = without(*object, "id");
  const auto* id = object->if_contains("id");
  if (!id || id->is_null()) return {};
  return json::read(node.member("id", *id), out.id);
}

static json::Value write(const Subject& subject) {
  json::Object object;
  if (!subject.id.empty()) object["id"] = subject.id.str();
  for (const auto& claim : subject.claims) object.emplace(claim.key(), claim.value());
  return object;
}

Result<void> read(const json::Node& node, Credential& out) {
  json::ObjectReader in(node);
  if (auto context = in.member("@context")) read_contexts(*context, out.contexts);
  const auto base = std::ranges::find_if(
      out.contexts, [](const std::string& one) { return one == context_v1 || one == context_v2; });
  const bool v2 = base != out.contexts.end() && *base == context_v2;
  out.format = v2 ? Format::vc2_0_jose : Format::vc1_0_jwt;
  in.one_or_many("type", out.types)
      .optional("id", out.id)
      .one_or_many("credentialSubject", out.subjects)
      .one_or_many("credentialStatus", out.statuses)
      .one_or_many("credentialSchema", out.schemas)
      .optional("issuanceDate", out.valid_from)
      .optional("expirationDate", out.valid_until)
      .optional("validFrom", out.valid_from)
      .optional("validUntil", out.valid_until);
  auto issuer = in.member("issuer");
  if (!issuer) in.refuse("issuer", "is required");
  if (auto done = in.done(); !done) return done;
  out.name = text_of_member(*in.object(), "name");
  out.description = text_of_member(*in.object(), "description");
  if (auto done = read_issuer(*issuer, out); !done) return done;
  return check_lists(node, out);
}

json::Value write(const Credential& credential) {
  const bool v2 = credential.format == Format::vc2_0_jose;
  json::ObjectWriter out;
  out.field("@context", contexts_for(credential));
  if (!credential.id.empty()) out.field("id", credential.id);
  out.field("type", credential.types)
      .field("issuer", write_issuer(credential))
      .field(v2 ? "validFrom" : "issuanceDate", credential.valid_from)
      .field(v2 ? "validUntil" : "expirationDate", credential.valid_until)
      .field("name", credential.name)
      .field("description", credential.description);
  out.field("credentialSubject", v2 ? json::write(credential.subjects) : one_as_object(credential.subjects));
  if (!credential.statuses.empty()) out.field("credentialStatus", one_as_object(credential.statuses));
  if (!credential.schemas.empty()) out.field("credentialSchema", one_as_object(credential.schemas));
  return out.done();
}

bool has_type(const Credential& credential, std::string_view type) {
  return std::ranges::find(credential.types, type) != credential.types.end();
}

json::Value write_resource(const Credential& credential) {
  const auto issuer = json::ObjectWriter()
                          .field("id", credential.issuer)
                          .field("additionalProperties", credential.issuer_properties)
                          .done();
  return json::ObjectWriter()
      .field("credentialSubject", credential.subjects)
      .field("id", credential.id)
      .field("type", credential.types)
      .field("@context", credential.contexts)
      .field("issuer", issuer)
      .field("issuanceDate", credential.valid_from)
      .field("expirationDate", credential.valid_until)
      .field("credentialStatus", credential.statuses)
      .field("credentialSchema", credential.schemas)
      .field("name", credential.name)
      .field("description", credential.description)
      .field("dataModelVersion", credential.format == Format::vc2_0_jose ? "V_2_0" : "V_1_1")
      .done();
}

Result<Credential> read_resource(const json::Node& node) {
  Credential credential;
  if (auto done = read(node, credential); !done) return fail(std::move(done.error()));
  json::ObjectReader in(node);
  std::optional<std::string> version;
  in.optional("dataModelVersion", version);
  if (!credential.valid_from) in.optional("issued", credential.valid_from);
  if (auto done = in.done(); !done) return fail(std::move(done.error()));
  if (version) credential.format = *version == "V_2_0" ? Format::vc2_0_jose : Format::vc1_0_jwt;
  credential.issuer_properties.erase("additionalProperties");
  const auto* issuer = json::find(node.value(), "issuer");
  const auto* more = issuer ? json::find(*issuer, "additionalProperties") : nullptr;
  if (more && more->is_object()) credential.issuer_properties = more->get_object();
  return credential;
}

}  // namespace kontor::protocol::vc
