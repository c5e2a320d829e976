#pragma once

#include <string_view>
#include <vector>

#include "protocol/api/fabric/provision_manager.hpp"

/// What an installation starts with. The activity types have the names that the agents of the Connector
/// Fabric Manager have for the same work, so that templates written for those run here.
namespace kontor::fabric::provision_manager {

inline constexpr std::string_view tokens_activity = "jwtlet-activity";
inline constexpr std::string_view control_plane_activity = "edcv-activity";
inline constexpr std::string_view identity_activity = "identityhub-activity";
inline constexpr std::string_view registration_activity = "registration-activity";
inline constexpr std::string_view data_plane_activity = "siglet-activity";
inline constexpr std::string_view onboarding_activity = "onboarding-activity";

std::vector<protocol::api::fabric::ActivityDefinition> default_activities();

/// Onboarding: tokens, then control plane, identity and registration side by side, then the data plane behind
/// the control plane and the credentials behind all three. Off-boarding: tokens first, so that nobody acts
/// for the participant any more, then the rest.
protocol::api::fabric::OrchestrationTemplate default_template();

}  // namespace kontor::fabric::provision_manager
