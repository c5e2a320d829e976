#include "runtime/participant_context/documents.hpp"

#include "base/json/codec.hpp"

namespace kontor::runtime::participant_context {
namespace {

Result<void> read(const json::Node& node, ParticipantContext& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("identity", out.identity)
      .required("state", out.state)
      .optional("properties", out.properties);
  return in.done();
}

Result<void> read(const json::Node& node, ContextConfig& out) {
  json::ObjectReader in(node);
  in.optional("entries", out.entries).optional("privateKeys", out.private_keys);
  return in.done();
}

Result<void> read(const json::Node& node, DataPlanePresence& out) {
  json::ObjectReader in(node);
  std::optional<std::int64_t> load;
  in.required("dataplaneId", out.dataplane_id).optional("load", load);
  if (load) out.load_percent = static_cast<std::uint32_t>(*load);
  return in.done();
}

template <class T>
Result<T> decode_stored(std::string_view stored) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  T out{};
  if (auto done = read(json::Node(*value), out); !done) return fail(std::move(done.error()));
  return out;
}

}  // namespace

const entity::Kind& ParticipantContextDocument::kind() {
  static constexpr entity::Field fields[] = {{.name = "id", .path = "id"},
                                             {.name = "identity", .path = "identity", .indexed = true},
                                             {.name = "state", .path = "state"}};
  static constexpr entity::Kind kind{.name = "participant-context", .fields = fields, .audited = true};
  return kind;
}

std::string ParticipantContextDocument::encode(const Entity& context) {
  return json::serialize(json::ObjectWriter()
                             .field("id", context.id)
                             .field("identity", context.identity)
                             .field("state", context.state)
                             .field("properties", context.properties)
                             .done());
}

Result<ParticipantContext> ParticipantContextDocument::decode(std::string_view stored, std::uint32_t) {
  return decode_stored<ParticipantContext>(stored);
}

const entity::Kind& ContextConfigDocument::kind() {
  static constexpr entity::Kind kind{.name = "participant-context-config", .audited = true};
  return kind;
}

std::string ContextConfigDocument::encode(const Entity& config) {
  return json::serialize(
      json::ObjectWriter().field("entries", config.entries).field("privateKeys", config.private_keys).done());
}

Result<ContextConfig> ContextConfigDocument::decode(std::string_view stored, std::uint32_t) {
  return decode_stored<ContextConfig>(stored);
}

const entity::Kind& DataPlaneDocument::kind() {
  static constexpr entity::Field fields[] = {{"dataplaneId", "dataplaneId"}, {"endpoint", "endpoint"}};
  static constexpr entity::Kind kind{.name = "data-plane", .fields = fields, .audited = true};
  return kind;
}

std::string DataPlaneDocument::encode(const Entity& registration) {
  return json::encode(registration);
}

Result<DataPlaneDocument::Entity> DataPlaneDocument::decode(std::string_view stored, std::uint32_t) {
  return protocol::dps::kept_data_plane(stored);
}

const entity::Kind& DataPlanePresenceDocument::kind() {
  static constexpr entity::Kind kind{.name = "data-plane-presence"};
  return kind;
}

std::string DataPlanePresenceDocument::encode(const Entity& presence) {
  json::ObjectWriter out;
  out.field("dataplaneId", presence.dataplane_id);
  if (presence.load_percent) out.field("load", std::int64_t{*presence.load_percent});
  return json::serialize(out.done());
}

Result<DataPlanePresence> DataPlanePresenceDocument::decode(std::string_view stored, std::uint32_t) {
  return decode_stored<DataPlanePresence>(stored);
}

}  // namespace kontor::runtime::participant_context
