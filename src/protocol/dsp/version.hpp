#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json/codec.hpp"

/// The version document under /.well-known/dspace-version: plain JSON, without context and type.
/// [DSP 2025-1, common protocol; schemas common/protocol-version]
namespace kontor::protocol::dsp {

struct ProtocolAuth {
  std::string protocol;
  std::string version;
  std::vector<std::string> profiles;
};

struct ProtocolVersion {
  std::string version;
  std::string path;
  std::string binding = "HTTPS";
  std::optional<std::string> identifier_type;
  std::optional<std::string> service_id;
  std::optional<ProtocolAuth> auth;
  std::optional<std::string>
      profile;  ///< name of the dataspace profile; not in the schema, EDC peers match by it
};

struct VersionResponse {
  std::vector<ProtocolVersion> protocol_versions;
};

Result<void> read(const json::Node& node, VersionResponse& out);
json::Value write(const VersionResponse& response);

/// The entry that both speak: same version and binding, and the same profile if the entry names one. Null:
/// none.
struct WantedVersion {
  std::string_view version;
  std::string_view binding;
  std::string_view profile;
};
const ProtocolVersion* find_version(const VersionResponse& response, const WantedVersion& wanted);

}  // namespace kontor::protocol::dsp
