#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "world.hpp"

namespace kontor::routes_test {

using protocol::api::RouteInfo;

/// A route that the tests cannot ask since its prerequisites are not made. The text says what to add.
struct Unprepared : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The names of a path's parameters, in order; `{path*}` is `path`.
std::vector<std::string> parameters_of(std::string_view path);
inline constexpr std::string_view context_parameter = "participantContextId";

/// A declared path with its parameters as tables write them: `*`.
std::string as_in_table(std::string_view path);
/// The route that answers what a row names; null: none.
const RouteInfo* route_of(const std::vector<const RouteInfo*>& routes, std::string_view method,
                          std::string_view path);

/// In whose context a route's things are, when `party` asks: what belongs to an issuer is the issuer's.
const Party& home_of(const World& world, const RouteInfo& route, const Party& party);

/// The id of something that exists, for a path parameter other than the context. Throws Unprepared.
std::string existing_id(const World& world, const RouteInfo& route, const Party& party,
                        const std::string& parameter);
/// An id that nothing has.
std::string unknown_id(std::string_view parameter);

/// The path with `value_of(parameter)` for each parameter, percent-encoded.
std::string target_of(const RouteInfo& route, const std::function<std::string(const std::string&)>& value_of);
/// The path of what `party` has.
std::string existing_target(const World& world, const RouteInfo& route, const Party& party);
/// The path with a random id wherever an id stands; the context is `party`'s.
std::string unknown_target(const World& world, const RouteInfo& route, const Party& party);

/// The route's example with what it refers to replaced by what exists, for `party` to send; empty where the
/// route reads no body. Throws Unprepared where a route with a body has no example.
json::Value body_of(const World& world, const RouteInfo& route, const Party& party);
/// An example with what it refers to replaced by what exists, for `party` to send.
json::Value referring(const World& world, json::Value example, const Party& party);
/// As it is sent: JSON or a form.
std::string written(const RouteInfo& route, const json::Value& body);

/// A request to the route with its method, listener and media type.
Request request_to(const RouteInfo& route, std::string target, std::string authorization = "",
                   std::string body = "");

/// What is wrong with an error's body in the form of an API; empty: nothing.
std::string form_problem(protocol::api::ErrorBody form, const Answer& answer);
/// The answer with every text of `echoed` replaced, so that answers about different ids compare.
std::string without(std::string body, const std::vector<std::string>& echoed);

/// Which store an installation has.
enum class Store : std::uint8_t { sqlite, postgres };

/// The world that all tests of a store share which change nothing. Made once. Null: PostgreSQL is not
/// installed.
World* shared_world(Store store);

}  // namespace kontor::routes_test
