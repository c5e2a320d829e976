#pragma once

#include <cstdint>

#include "protocol/api/management/envelope.hpp"

/// What holds for all participants of an installation: dataspace profiles, and which of them a participant
/// takes part in; what counter-parties are asked for in them; how a counter-party is found.
namespace kontor::protocol::api::management {

/// How peers of a dataspace speak. Only what the program serves can be associated with a participant.
struct ProfileProtocol {
  std::string version;  ///< of the Dataspace Protocol: `2025-1`
  std::string binding;  ///< `HTTPS`
  std::string namespace_uri;
  std::optional<std::string> path;  ///< below the participant's address; none: a slash and the profile's name

  bool operator==(const ProfileProtocol&) const = default;
};
Result<void> read(const json::Node& node, ProfileProtocol& out);
json::Value write(const ProfileProtocol& protocol);

struct TrustedIssuer {
  Did id;
  std::vector<std::string> supported_types;  ///< types of credentials; `*`: every type

  bool operator==(const TrustedIssuer&) const = default;
};
Result<void> read(const json::Node& node, TrustedIssuer& out);
json::Value write(const TrustedIssuer& issuer);

struct DataspaceProfile {
  std::string name;  ///< also a segment of paths: letters, digits, `.`, `_` and `-`, at most 128
  ProfileProtocol protocol;
  std::vector<std::string> json_ld_contexts;
  std::vector<TrustedIssuer> trusted_issuers;
  /// Types of credentials without which nobody is shown or begins anything under the profile; at most 16.
  std::vector<std::string> required_credentials;
  /// Whether keys of a DID document that declares no verification relationship at all are good.
  bool accept_undeclared_relationships = false;

  bool operator==(const DataspaceProfile&) const = default;
};
Result<void> read(const json::Node& node, DataspaceProfile& out);
json::Value write(const DataspaceProfile& profile);

/// Which profiles a participant takes part in; replaces what was said before.
struct AssociateDataspaceProfile {
  std::vector<std::string> profiles;
};
Result<void> read(const json::Node& node, AssociateDataspaceProfile& out);
json::Value write(const AssociateDataspaceProfile& body);

/// Whom to ask how it is reached: by DID, by address, or both, where the address wins.
struct DiscoveryRequest {
  std::optional<Did> counter_party_id;
  std::optional<std::string> counter_party_address;
};
Result<void> read(const json::Node& node, DiscoveryRequest& out);
json::Value write(const DiscoveryRequest& request);

/// A profile that both sides have. `endpoint` followed by `path` is the counter-party's address.
struct DiscoveryResponse {
  std::string profile;
  std::string version;
  std::string binding;
  std::string path;
  std::string endpoint;
};
Result<void> read(const json::Node& node, DiscoveryResponse& out);
json::Value write(const DiscoveryResponse& response);

/// Credentials that counter-parties are asked to present, and may ask us for.
enum class DcpScopeType : std::uint8_t {
  standard,  ///< DEFAULT: always
  policy,    ///< POLICY: for left operands that begin with the prefix
};
inline constexpr json::EnumNames<DcpScopeType, 2> dcp_scope_type_names{
    {{DcpScopeType::standard, "DEFAULT"}, {DcpScopeType::policy, "POLICY"}}};

struct DcpScope {
  std::optional<std::string> id;
  std::string value;  ///< `org.eclipse.dspace.dcp.vc.type:MembershipCredential:read`
  DcpScopeType type = DcpScopeType::standard;
  std::string profile = "*";  ///< `*`: in every dataspace profile
  std::optional<std::string> prefix_mapping;
};
/// Errors beside the members' own: a POLICY scope without prefix.
Result<void> read(const json::Node& node, DcpScope& out);
json::Value write(const DcpScope& scope);

}  // namespace kontor::protocol::api::management
