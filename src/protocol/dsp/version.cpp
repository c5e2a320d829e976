#include "protocol/dsp/version.hpp"

#include <algorithm>

namespace kontor::protocol::dsp {

Result<void> read(const json::Node& node, ProtocolAuth& out) {
  json::ObjectReader in(node);
  in.required("protocol", out.protocol).required("version", out.version).one_or_many("profile", out.profiles);
  return in.done();
}

json::Value write(const ProtocolAuth& auth) {
  json::ObjectWriter out;
  out.field("protocol", auth.protocol).field("version", auth.version).non_empty("profile", auth.profiles);
  return out.done();
}

Result<void> read(const json::Node& node, ProtocolVersion& out) {
  json::ObjectReader in(node);
  in.required("version", out.version).required("path", out.path).optional("binding", out.binding);
  in.optional("identifierType", out.identifier_type).optional("serviceId", out.service_id);
  in.optional("auth", out.auth).optional("profile", out.profile);
  return in.done();
}

json::Value write(const ProtocolVersion& version) {
  json::ObjectWriter out;
  out.field("version", version.version).field("path", version.path).field("binding", version.binding);
  out.field("identifierType", version.identifier_type).field("serviceId", version.service_id);
  out.field("auth", version.auth).field("profile", version.profile);
  return out.done();
}

Result<void> read(const json::Node& node, VersionResponse& out) {
  json::ObjectReader in(node);
  in.required("protocolVersions", out.protocol_versions);
  return in.done();
}

json::Value write(const VersionResponse& response) {
  return json::ObjectWriter().field("protocolVersions", response.protocol_versions).done();
}

const ProtocolVersion* find_version(const VersionResponse& response, const WantedVersion& wanted) {
  const auto found = std::ranges::find_if(response.protocol_versions, [&](const ProtocolVersion& entry) {
    return entry.version == wanted.version && entry.binding == wanted.binding &&
           (!entry.profile || *entry.profile == wanted.profile);
  });
  return found == response.protocol_versions.end() ? nullptr : &*found;
}

}  // namespace kontor::protocol::dsp
