#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json/json.hpp"
#include "protocol/api/route.hpp"

namespace kontor::platform::openapi {

/// An OpenAPI 3.1 document of these routes, from nothing but their declarations: methods, paths, scopes,
/// examples as they are declared, who may call from the role matrix, bodies from what the codecs ask for and
/// give, errors from what writes them. Deterministic: the same routes in any order give the same text. Pure.
json::Value document(std::vector<protocol::api::Declaration> routes, std::string_view title);

/// Those of one listener.
std::vector<protocol::api::Declaration> at_listener(std::vector<protocol::api::Declaration> routes,
                                                    protocol::api::Listener listener);

}  // namespace kontor::platform::openapi
