#include "protocol/api/management/participants.hpp"

namespace kontor::protocol::api::management {
namespace {

using Entries = std::map<std::string, std::optional<std::string>>;

Result<void> read_entries(json::ObjectReader& in, std::string_view key, Entries& out) {
  auto node = in.member(key);
  if (!node || node->value().is_null()) return {};
  const auto* object = node->value().if_object();
  if (!object) return invalid(node->pointer(), "must be an object of texts");
  for (const auto& member : *object) {
    auto& entry = out[std::string(member.key())];
    if (member.value().is_null()) continue;
    std::string text;
    if (auto done = json::read(node->member(member.key(), member.value()), text); !done) return done;
    entry = std::move(text);
  }
  return {};
}

}  // namespace

Result<void> read(const json::Node& node, ParticipantContext& out) {
  auto in = open_body(node, {"ParticipantContext"});
  in.optional("@id", out.id)
      .required("identity", out.identity)
      .optional("state", out.state)
      .optional("properties", out.properties);
  return in.done();
}

json::Value write(const ParticipantContext& context) {
  return body_of("ParticipantContext")
      .field("@id", context.id)
      .field("identity", context.identity)
      .field("state", context.state)
      .field("properties", context.properties)
      .field("createdAt", epoch_milliseconds(context.created_at))
      .done();
}

Result<void> read(const json::Node& node, ParticipantContextConfig& out) {
  auto in = open_body(node, {"ParticipantContextConfig"});
  if (auto done = in.done(); !done) return done;
  if (!in.has("entries")) return invalid(node.pointer() + "/entries", "is required");
  if (auto done = read_entries(in, "entries", out.entries); !done) return done;
  return read_entries(in, "privateEntries", out.private_entries);
}

json::Value write(const ParticipantContextConfig& config) {
  json::Object entries;
  for (const auto& [key, value] : config.entries) {
    if (value) entries.emplace(key, *value);
  }
  return body_of("ParticipantContextConfig").field("entries", entries).done();
}

}  // namespace kontor::protocol::api::management
