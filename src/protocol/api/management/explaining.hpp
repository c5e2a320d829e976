#pragma once

#include "protocol/api/management/data_planes.hpp"
#include "protocol/api/management/envelope.hpp"
#include "protocol/odrl/trace.hpp"

/// Answers to `why`: what ended a negotiation or transfer, and what policies would say about a counter-party.
namespace kontor::protocol::api::management {

/// Why a negotiation is where it is, for its own side.
struct NegotiationExplanation {
  std::string state;
  Instant state_at;                     ///< since when
  std::optional<std::string> ended_by;  ///< `US`, `COUNTER_PARTY` or `UNDELIVERABLE`
  std::optional<std::string> reason;    ///< as both sides know it
  /// Where a policy of ours refused: `incident`, `hop`, `scope`, `counterParty`, `reason`, `steps`,
  /// `credentials`, `leftOut`.
  json::Object refusal = {};
};
Result<void> read(const json::Node& node, NegotiationExplanation& out);
json::Value write(const NegotiationExplanation& explanation);

/// The same of a transfer.
struct TransferExplanation {
  std::string state;
  Instant state_at;
  /// `US`, `POLICY` (the terms of the agreement are not fulfilled any more), `COUNTER_PARTY`, `UNDELIVERABLE`
  /// or `DATA_PLANE`.
  std::optional<std::string> ended_by;
  std::optional<std::string> reason;
  json::Object refusal = {};
  std::optional<std::string> data_plane_choice = {};  ///< why its data plane was chosen, in words
  /// While it lives: how its data plane stands, `CHOSEN` (all is well), `SILENT`, `GONE` or `NOT_REGISTERED`.
  std::optional<DataPlaneJudgement> data_plane = {};
};
Result<void> read(const json::Node& node, TransferExplanation& out);
json::Value write(const TransferExplanation& explanation);

/// A counter-party to try policies on: with credentials that are pasted here and not verified, or else with
/// what it proved when it last negotiated.
struct DryRunRequest {
  std::string counter_party_id;
  std::optional<std::vector<json::Object>> credentials;
  std::optional<std::string> policy_scope;  ///< of a policy: in which scope; `contract.negotiation` if none
};
Result<void> read(const json::Node& node, DryRunRequest& out);
json::Value write(const DryRunRequest& request);

/// What a policy says, step by step.
struct PolicyFinding {
  std::string policy_id;
  std::string scope;
  bool allowed = false;
  std::string reason;  ///< empty when it allows
  std::vector<json::Object> steps;
};
Result<void> read(const json::Node& node, PolicyFinding& out);
json::Value write(const PolicyFinding& finding);

struct PolicyEvaluation {
  std::string basis;  ///< where the credentials come from
  PolicyFinding finding;
};
Result<void> read(const json::Node& node, PolicyEvaluation& out);
json::Value write(const PolicyEvaluation& evaluation);

/// Whether everything in a policy is understood.
struct PolicyValidation {
  bool valid = false;
  std::vector<std::string> errors;
};
Result<void> read(const json::Node& node, PolicyValidation& out);
json::Value write(const PolicyValidation& validation);

/// In which scope a plan is wanted.
struct PolicyPlanRequest {
  std::string policy_scope;
};
Result<void> read(const json::Node& node, PolicyPlanRequest& out);
json::Value write(const PolicyPlanRequest& request);

/// What would be asked in a scope: a step per rule (protocol/odrl/plan.hpp).
struct PolicyPlan {
  std::vector<json::Object> permission_steps;
  std::vector<json::Object> prohibition_steps;
  std::vector<json::Object> obligation_steps;
};
Result<void> read(const json::Node& node, PolicyPlan& out);
json::Value write(const PolicyPlan& plan);

/// One contract definition that covers an asset: who fulfils the access policy sees the offer, who fulfils
/// the contract policy too gets an agreement.
struct OfferFinding {
  std::string contract_definition_id;
  PolicyFinding access;
  PolicyFinding contract;
};
Result<void> read(const json::Node& node, OfferFinding& out);
json::Value write(const OfferFinding& finding);

/// Whether a counter-party would see an asset, and why not.
struct AssetVisibility {
  std::string asset_id;
  bool visible = false;
  std::string basis;
  std::vector<OfferFinding> offers;  ///< none: no contract definition covers the asset
};
Result<void> read(const json::Node& node, AssetVisibility& out);
json::Value write(const AssetVisibility& visibility);

}  // namespace kontor::protocol::api::management
