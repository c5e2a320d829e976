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
  static constexpr entity::Field fields[] = {{"id", "id"}, {"identity", "identity"}, {"state", "state"}};
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

}  // namespace kontor::runtime::participant_context
