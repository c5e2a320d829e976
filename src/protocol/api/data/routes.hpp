#pragma once

#include <array>
#include <string_view>

#include "protocol/api/route.hpp"
#include "protocol/dps/http_profile.hpp"

/// The public side of the data plane: where the counter-party of a pull fetches. The answer is the source's,
/// so the routes have no types. [DPS Profiles, HTTP]
namespace kontor::protocol::api::data {

constexpr RouteInfo data_route(Method method, std::string_view name, std::string_view path,
                               std::string_view summary) {
  return {.name = name,
          .listener = Listener::open,
          .method = method,
          .path = path,
          .access = Access::flow,
          .errors = ErrorBody::dps,
          .summary = summary};
}

inline constexpr std::string_view data_path = "/api/data/{flowId}";
inline constexpr std::string_view data_part_path = "/api/data/{flowId}/{path*}";
inline constexpr std::string_view data_other_methods =
    "The same; the method and a body are passed on where its source allows that.";

/// GET is HEAD, too.
inline constexpr std::array data_routes{
    data_route(Method::get, "pull-data", data_path, "The data of a flow that has started; GET and HEAD."),
    data_route(Method::post, "post-data", data_path, data_other_methods),
    data_route(Method::put, "put-data", data_path, data_other_methods),
    data_route(Method::patch, "patch-data", data_path, data_other_methods),
    data_route(Method::del, "delete-data", data_path, data_other_methods),
    data_route(Method::get, "pull-data-part", data_part_path,
               "What lies below the data of a flow, where its source allows paths."),
    data_route(Method::post, "post-data-part", data_part_path, data_other_methods),
    data_route(Method::put, "put-data-part", data_part_path, data_other_methods),
    data_route(Method::patch, "patch-data-part", data_part_path, data_other_methods),
    data_route(Method::del, "delete-data-part", data_part_path, data_other_methods)};

constexpr RouteInfo inbox_route(Method method, std::string_view name, std::string_view path,
                                std::string_view summary) {
  auto route = data_route(method, name, path, summary);
  route.success = 201;
  return route;
}

inline constexpr std::string_view inbox_path = "/api/inbox/{flowId}";
inline constexpr std::string_view inbox_part_path = "/api/inbox/{flowId}/{path*}";
inline constexpr std::string_view inbox_part = "A part of a push, named by its path.";

/// Where the provider of a push sends its parts. The HTTP profile names no method: POST is what others send,
/// PUT replaces the part of that name.
inline constexpr std::array inbox_routes{
    inbox_route(Method::post, "push-data", inbox_path,
                "A part of a push, named by Content-Disposition or its digest."),
    inbox_route(Method::post, "push-data-part", inbox_part_path, inbox_part),
    inbox_route(Method::put, "put-pushed", inbox_path, "The one part of a push that has no names."),
    inbox_route(Method::put, "put-pushed-part", inbox_part_path, inbox_part)};

/// Bearer: a token of the client's own making, which holds the access token. [DPS Profiles, Token Renewal]
inline constexpr Route<dps::TokenRenewalRequest, dps::TokenRenewalResponse> renew_data_token{
    {.name = "renew-data-token",
     .listener = Listener::open,
     .method = Method::post,
     .path = "/api/data-token",
     .access = Access::flow,
     .errors = ErrorBody::oauth,
     .body = BodyFormat::form,
     .query = "grant_type refresh_token",
     .summary = "A new token for a flow whose token expires, for the participant that the flow is for.",
     .example = R"({"grant_type":"refresh_token","refresh_token":"token-of-the-data-address"})",
     .exempt = {.optional_body = true}}};

}  // namespace kontor::protocol::api::data
