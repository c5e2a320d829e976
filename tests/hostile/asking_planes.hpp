#pragma once

#include <functional>
#include <optional>
#include <string>

#include "world.hpp"

namespace kontor::hostile {

template <class T>
Result<void> without_value(Result<T> result) {
  if (!result) return fail(std::move(result.error()));
  return {};
}

using IsOver = std::function<bool()>;
/// Until the first attempt at an effect has failed, with what was logged of it, or `is_over`.
Task<Result<void>> first_attempt(World& world, IsOver is_over);

/// A data plane of Acme's, at the endpoint that it names.
using Profile = std::optional<protocol::dps::Authorization>;
Task<Result<void>> register_plane(World& world, std::string plane, std::string endpoint, Profile profile);
/// Orders it to start a flow.
Task<Result<void>> order_start(World& world, std::string plane);

/// What asks planes of others, and those whom they name.
Task<Result<void>> signal(World& world);
Task<Result<void>> data_plane_token(World& world);
Task<Result<void>> control_plane_token(World& world);
Task<Result<void>> plane_keys(World& world);
Task<Result<void>> report_of_a_flow(World& world);

}  // namespace kontor::hostile
