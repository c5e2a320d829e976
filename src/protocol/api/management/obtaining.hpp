#pragma once

#include "protocol/api/management/sharing.hpp"

/// Data of a counter-party in one call: from its catalog to the access.
namespace kontor::protocol::api::management {

/// Which dataset of whom, and under which terms.
struct ObtainRequest {
  CounterParty counter_party;
  dsp::DatasetId asset_id;
  std::string transfer_type = "HttpData-PULL";
  std::vector<odrl::Policy> accepted;  ///< the best first; none: any that is understood
};
/// Errors beside the members' own: more than 20 accepted policies.
Result<void> read(const json::Node& node, ObtainRequest& out);
json::Value write(const ObtainRequest& request);

/// Where it could not go on.
struct ObtainingFailure {
  std::string hop;                  ///< `CATALOG`, `OFFER`, `NEGOTIATION` or `TRANSFER`
  std::string code;                 ///< of the error catalogue: `not_found`, `peer_refused`, …
  std::string reason;               ///< for people
  std::optional<std::string> said;  ///< by the counter-party, in its own words
};
Result<void> read(const json::Node& node, ObtainingFailure& out);
json::Value write(const ObtainingFailure& failure);

/// How far it is, and where to look. Holds secrets.
struct Obtaining {
  std::string id;
  std::string state;  ///< `SEARCHING`, `NEGOTIATING`, `TRANSFERRING`, `OBTAINED` or `FAILED`
  Instant state_at;
  CounterParty counter_party;
  dsp::DatasetId asset_id;
  std::string transfer_type;
  std::optional<std::string> agreement_id;  ///< local id of the contract agreement
  std::optional<std::string> negotiation_id;
  std::optional<std::string> transfer_id;
  std::optional<dsp::DataAddress> access;  ///< where the data is to be had, with a token that is good
  std::optional<ObtainingFailure> failure;
};
Result<void> read(const json::Node& node, Obtaining& out);
json::Value write(const Obtaining& obtaining);

}  // namespace kontor::protocol::api::management
