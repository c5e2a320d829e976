#include "protocol/api/identity/did_messages.hpp"

#include "protocol/query/query_spec.hpp"

namespace kontor::protocol::api::identity {
namespace {

constexpr std::size_t service_bytes_max = 2048;  ///< of each of its members

}  // namespace

Result<void> read(const json::Node& node, DidReference& out) {
  json::ObjectReader in(node);
  in.required("did", out.did);
  return in.done();
}

json::Value write(const DidReference& reference) {
  return json::ObjectWriter().field("did", reference.did).done();
}

Result<void> read(const json::Node& node, DidQuery& out) {
  const auto* object = node.value().if_object();
  if (!node.shape() && object && object->empty()) return {};
  return read(node, out.query);
}

json::Value write(const DidQuery& query) {
  auto spec = query::write_query_spec(query.query);
  return spec ? std::move(*spec) : json::Value(json::Object{});
}

Result<void> read(const json::Node& node, DidState& out) {
  return json::read(node, out.name);
}

json::Value write(const DidState& state) {
  return json::write(state.name);
}

Result<void> read(const json::Node& node, DidService& out) {
  json::ObjectReader in(node);
  auto& service = out.service;
  in.required("id", service.id).required("type", service.type).required("serviceEndpoint", service.endpoint);
  if (!in.ok()) return in.done();
  const auto check = [&](const char* member, const std::string& value) {
    if (value.empty() || value.size() > service_bytes_max)
      in.refuse(member, "must have 1 to " + std::to_string(service_bytes_max) + " bytes");
  };
  check("id", service.id);
  check("type", service.type);
  check("serviceEndpoint", service.endpoint);
  const bool address = service.endpoint.starts_with("https://") || service.endpoint.starts_with("http://");
  if (!address) in.refuse("serviceEndpoint", "must be an http or https address");
  return in.done();
}

json::Value write(const DidService& service) {
  return json::ObjectWriter()
      .field("id", service.service.id)
      .field("type", service.service.type)
      .field("serviceEndpoint", service.service.endpoint)
      .done();
}

Result<void> read(const json::Node& node, DidDocumentResource& out) {
  return did::read(node, out.document);
}

json::Value write(const DidDocumentResource& resource) {
  return did::write(resource.document);
}

}  // namespace kontor::protocol::api::identity
