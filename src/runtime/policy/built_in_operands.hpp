#pragma once

#include <string>
#include <vector>

#include "protocol/odrl/evaluate.hpp"

namespace kontor::runtime::policy {

/// Binds the left operands that policies have without anybody's doing, in every scope but what time_operands
/// says otherwise:
///
/// - each of the types, `eq active`: a valid credential of it was presented; `Membership` for
///   MembershipCredential
/// - a type and a path, `MembershipCredential$.level`: claims of its subjects; `$.vc[*]…`: of everything
/// - `credentialType`, `participantId`
/// - `BusinessPartnerGroup`: the groups in which the participant has put its partner
/// - `purpose`: what who agrees to the policy commits to
void bind_built_in_operands(protocol::odrl::ConstraintFunctions& functions,
                            const std::vector<std::string>& credential_types);

/// Whether it asks in which groups the participant has put the counter-party: that changes when it likes.
bool is_about_partner_groups(const protocol::odrl::Constraint& asked);

}  // namespace kontor::runtime::policy
