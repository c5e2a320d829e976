#include "protocol/api/management/explaining.hpp"

namespace kontor::protocol::api::management {

namespace {

constexpr std::string_view of_a_negotiation = "NegotiationExplanation";
constexpr std::string_view of_a_transfer = "TransferExplanation";

template <class Explanation>
void read_members(json::ObjectReader& in, Explanation& out) {
  std::int64_t state_at = 0;
  in.required("state", out.state)
      .required("stateTimestamp", state_at)
      .optional("endedBy", out.ended_by)
      .optional("reason", out.reason)
      .optional("refusal", out.refusal);
  out.state_at = Instant{std::chrono::milliseconds(state_at)};
}

template <class Explanation>
void write_members(json::ObjectWriter& out, const Explanation& explanation) {
  out.field("state", explanation.state)
      .field("stateTimestamp", epoch_milliseconds(explanation.state_at))
      .field("endedBy", explanation.ended_by)
      .field("reason", explanation.reason);
  out.non_empty("refusal", explanation.refusal);
}

}  // namespace

Result<void> read(const json::Node& node, NegotiationExplanation& out) {
  auto in = open_body(node, {of_a_negotiation});
  read_members(in, out);
  return in.done();
}
json::Value write(const NegotiationExplanation& explanation) {
  auto out = body_of(of_a_negotiation);
  write_members(out, explanation);
  return out.done();
}

Result<void> read(const json::Node& node, TransferExplanation& out) {
  auto in = open_body(node, {of_a_transfer});
  read_members(in, out);
  in.optional("dataPlaneChoice", out.data_plane_choice).optional("dataPlane", out.data_plane);
  return in.done();
}
json::Value write(const TransferExplanation& explanation) {
  auto out = body_of(of_a_transfer);
  write_members(out, explanation);
  out.field("dataPlaneChoice", explanation.data_plane_choice).field("dataPlane", explanation.data_plane);
  return out.done();
}

Result<void> read(const json::Node& node, DryRunRequest& out) {
  auto in = open_body(node, {"PolicyDryRun"});
  in.required("counterPartyId", out.counter_party_id)
      .optional("credentials", out.credentials)
      .optional("policyScope", out.policy_scope);
  if (in.ok() && out.counter_party_id.empty()) in.refuse("counterPartyId", "must not be empty");
  return in.done();
}

json::Value write(const DryRunRequest& request) {
  auto out = body_of("PolicyDryRun");
  out.field("counterPartyId", request.counter_party_id)
      .field("credentials", request.credentials)
      .field("policyScope", request.policy_scope);
  return out.done();
}

Result<void> read(const json::Node& node, PolicyFinding& out) {
  json::ObjectReader in(node);
  in.required("policyId", out.policy_id)
      .required("policyScope", out.scope)
      .required("allowed", out.allowed)
      .optional("reason", out.reason)
      .optional("steps", out.steps);
  return in.done();
}

json::Value write(const PolicyFinding& finding) {
  json::ObjectWriter out;
  out.field("policyId", finding.policy_id).field("policyScope", finding.scope);
  out.field("allowed", finding.allowed).non_empty("reason", finding.reason);
  return out.field("steps", finding.steps).done();
}

Result<void> read(const json::Node& node, PolicyEvaluation& out) {
  auto in = open_body(node, {"PolicyEvaluation"});
  in.required("basis", out.basis).required("finding", out.finding);
  return in.done();
}

json::Value write(const PolicyEvaluation& evaluation) {
  auto out = body_of("PolicyEvaluation");
  return out.field("basis", evaluation.basis).field("finding", evaluation.finding).done();
}

Result<void> read(const json::Node& node, PolicyValidation& out) {
  auto in = open_body(node, {"PolicyValidationResult"});
  in.required("isValid", out.valid).required("errors", out.errors);
  return in.done();
}

json::Value write(const PolicyValidation& validation) {
  auto out = body_of("PolicyValidationResult");
  return out.field("isValid", validation.valid).field("errors", validation.errors).done();
}

Result<void> read(const json::Node& node, PolicyPlanRequest& out) {
  auto in = open_body(node, {"PolicyEvaluationPlanRequest"});
  in.required("policyScope", out.policy_scope);
  return in.done();
}

json::Value write(const PolicyPlanRequest& request) {
  return body_of("PolicyEvaluationPlanRequest").field("policyScope", request.policy_scope).done();
}

Result<void> read(const json::Node& node, PolicyPlan& out) {
  std::vector<std::string> validators;
  auto in = open_body(node, {"PolicyEvaluationPlan"});
  in.required("preValidators", validators)
      .required("permissionSteps", out.permission_steps)
      .required("prohibitionSteps", out.prohibition_steps)
      .required("obligationSteps", out.obligation_steps)
      .required("postValidators", validators);
  return in.done();
}

json::Value write(const PolicyPlan& plan) {
  const std::vector<std::string> none;  // validators before and after are EDC's extension points
  return body_of("PolicyEvaluationPlan")
      .field("preValidators", none)
      .field("permissionSteps", plan.permission_steps)
      .field("prohibitionSteps", plan.prohibition_steps)
      .field("obligationSteps", plan.obligation_steps)
      .field("postValidators", none)
      .done();
}

Result<void> read(const json::Node& node, OfferFinding& out) {
  json::ObjectReader in(node);
  in.required("contractDefinitionId", out.contract_definition_id)
      .required("access", out.access)
      .required("contract", out.contract);
  return in.done();
}

json::Value write(const OfferFinding& finding) {
  json::ObjectWriter out;
  out.field("contractDefinitionId", finding.contract_definition_id);
  return out.field("access", finding.access).field("contract", finding.contract).done();
}

Result<void> read(const json::Node& node, AssetVisibility& out) {
  auto in = open_body(node, {"AssetVisibility"});
  in.required("assetId", out.asset_id)
      .required("visible", out.visible)
      .required("basis", out.basis)
      .optional("offers", out.offers);
  return in.done();
}

json::Value write(const AssetVisibility& visibility) {
  auto out = body_of("AssetVisibility");
  out.field("assetId", visibility.asset_id).field("visible", visibility.visible);
  return out.field("basis", visibility.basis).field("offers", visibility.offers).done();
}

}  // namespace kontor::protocol::api::management
