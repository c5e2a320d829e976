#pragma once

#include "installation/world.hpp"

namespace kontor::bench {

/// What Acme on installation A offers to members, and Globex on B, who is one.
inline constexpr const char* member_asset = "members-countries";

/// Starts both installations, sets the issuer up, onboards both companies, makes Globex a member and
/// publishes the asset. The result is its offer as Globex is told it.
json::Value open_market(installation::World& world);

}  // namespace kontor::bench
