#pragma once

#include "protocol/odrl/policy.hpp"

namespace kontor::protocol::dps {

/// What a control plane answers to `GET /transfers/{id}/agreement`: the agreement as the Dataspace Protocol
/// writes it, with `@context`. Read with and without. [DPS 1.0, control plane API; DSP 2025-1, §agreement]
struct AgreementResponse {
  odrl::Policy agreement;
};
Result<void> read(const json::Node& node, AgreementResponse& out);
json::Value write(const AgreementResponse& response);

}  // namespace kontor::protocol::dps
