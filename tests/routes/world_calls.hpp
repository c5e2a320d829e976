#pragma once

#include <chrono>
#include <string>

#include "world.hpp"

/// How the world is called while it is made. Everything here throws where something is otherwise than it must
/// be.
namespace kontor::routes_test {

inline constexpr std::chrono::seconds patience{20};
inline constexpr const char* management = R"("@context":["https://w3id.org/edc/connector/management/v2"])";
inline constexpr const char* profile = "http-dsp-profile-2025-1";

std::string management_path(const Party& party, const std::string& path);
std::string identity_path(const Party& party, const std::string& path);
std::string issuer_path(const Party& party, const std::string& path);

void require(bool holds, const std::string& what);
const json::Value& member(const json::Value& value, std::string_view key);
/// The first element.
const json::Value& first(const json::Value& list);

}  // namespace kontor::routes_test
