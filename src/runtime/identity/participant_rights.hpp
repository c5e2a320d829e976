#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

/// What the manifest of a participant may set. Pure.
namespace kontor::runtime::identity {

/// What a participant has of whom nobody said which scopes.
std::vector<std::string> default_scopes();

/// `prefix[:resource]:action`, the action one of read, write and admin. Errors: invalid_input below `at`.
Result<void> check_scopes(std::span<const std::string> scopes, const std::string& at);

/// The scopes that a role of an earlier version of the API stands for. Errors: invalid_input below `at`.
Result<std::vector<std::string>> scopes_of_roles(std::span<const std::string> roles, const std::string& at);

/// Of what a manifest says of its participant only what is known to be harmless is kept, since everybody who
/// may read the participant reads it: settings of a vault stand there, too. Errors: invalid_input for one
/// that is kept and no text, number or boolean.
Result<json::Object> kept_properties(const json::Object& given, std::span<const std::string> allowed);

}  // namespace kontor::runtime::identity
