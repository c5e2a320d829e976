#pragma once

#include <string_view>

#include "protocol/api/route.hpp"

namespace kontor::routes_test {

/// Who may, beside the administrator, who may everything, and the operator, who may nothing. A participant
/// may in its own context only.
struct Principle {
  std::string_view path;  ///< the beginning of a route's path
  std::string_view read;
  std::string_view change;
};

/// The one that holds for the route; none: nobody has said so yet.
const Principle* principle_of(const protocol::api::RouteInfo& route);

}  // namespace kontor::routes_test
