#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/api/fabric/types.hpp"

/// What tenant manager, provision manager and activity agents tell each other over the bus. JSON without an
/// envelope; trace context travels in header fields. Names and shapes are those of the Connector Fabric
/// Manager, so that its agents work with this provision manager and ours with its.
namespace kontor::protocol::api::fabric {

inline constexpr std::string_view stream_name = "cfm-stream";
inline constexpr std::string_view stream_subjects = "event.*";
inline constexpr std::string_view orchestrations_bucket = "cfm-bucket";
inline constexpr std::string_view manifest_subject = "event.cfm-orchestration";
inline constexpr std::string_view response_subject = "event.cfm-orchestration-response";
/// `event.` and the type, with dashes for dots: `event.onboarding-activity`. Types `a.b` and `a-b` share a
/// subject.
std::string activity_subject(std::string_view activity_type);
/// The durable consumer of a subject: its last token.
std::string durable_name(std::string_view subject);

/// Keys of payloads, outputs and properties.
inline constexpr std::string_view participant_id_key = "cfm.participant.id";
inline constexpr std::string_view vpa_data_key = "cfm.vpa.data";
inline constexpr std::string_view vpa_credentials_key = "cfm.vpa.credentials";
inline constexpr std::string_view vpa_state_key = "cfm.vpa.state";
inline constexpr std::string_view participant_context_id_key = "participantContextId";
inline constexpr std::string_view holder_pid_key = "holderPid";
inline constexpr std::string_view credential_request_key = "credentialRequest";

/// A credential that participants of a dataspace need.
struct CredentialSpec {
  std::string id;      ///< of the issuer's credential definition
  std::string type;    ///< `MembershipCredential`
  std::string issuer;  ///< the issuer's DID
  std::string format;  ///< `VC1_0_JWT`, `VC2_0_JOSE`, …
  std::string role;    ///< only for participants of this role; empty: for all

  bool operator==(const CredentialSpec&) const = default;
};

/// A virtual participant agent as agents see it, an element of `cfm.vpa.data`.
struct VpaData {
  VpaId id;
  VpaType type = VpaType::control_plane;
  CellId cell_id;
  std::string external_cell_id;
  json::Object properties;

  bool operator==(const VpaData&) const = default;
};

/// The order to run an orchestration. Its id makes a repeated order recognisable.
struct OrchestrationManifest {
  OrchestrationId id;
  std::string correlation_id;  ///< whom the answer is for: the participant profile
  std::string orchestration_type;
  json::Object payload;

  bool operator==(const OrchestrationManifest&) const = default;
};

/// How an orchestration ended.
struct OrchestrationResponse {
  std::string id;  ///< of this message
  OrchestrationId manifest_id;
  std::string correlation_id;
  std::string orchestration_type;
  bool success = false;
  std::string error_detail;  ///< names the activity that failed
  json::Object properties;   ///< what the activities put out

  bool operator==(const OrchestrationResponse&) const = default;
};

/// A node of an orchestration's graph.
struct Activity {
  ActivityId id;
  std::string type;
  std::string discriminator;           ///< the orchestration type; agents choose their handler by it
  std::vector<ActivityId> depends_on;  ///< these must be complete before it runs
  std::optional<std::uint32_t>
      timeout_seconds;  ///< how long one attempt may take; the default is the machine's
  std::optional<std::uint32_t>
      attempts_max;  ///< how often it is tried when it fails for a reason that may pass

  bool operator==(const Activity&) const = default;
};

/// The order to an agent to run one activity.
struct ActivityMessage {
  OrchestrationId orchestration_id;
  Activity activity;

  bool operator==(const ActivityMessage&) const = default;
};

Result<void> read(const json::Node& node, CredentialSpec& out);
json::Value write(const CredentialSpec& spec);
Result<void> read(const json::Node& node, VpaData& out);
json::Value write(const VpaData& vpa);
Result<void> read(const json::Node& node, OrchestrationManifest& out);
json::Value write(const OrchestrationManifest& manifest);
Result<void> read(const json::Node& node, OrchestrationResponse& out);
json::Value write(const OrchestrationResponse& response);
Result<void> read(const json::Node& node, Activity& out);
json::Value write(const Activity& activity);
Result<void> read(const json::Node& node, ActivityMessage& out);
json::Value write(const ActivityMessage& message);

}  // namespace kontor::protocol::api::fabric
