#pragma once

#include "protocol/api/route.hpp"

/// Each listener serves the OpenAPI document of what it answers. A document tells what the program does and
/// nothing of its data, so it asks for no token.
namespace kontor::protocol::api::openapi {

inline constexpr std::string_view path = "/openapi.json";

consteval Route<Nothing, AnyJson> document_at(std::string_view name, Listener listener) {
  return {{.name = name,
           .listener = listener,
           .path = path,
           .access = Access::open,
           .summary = "The OpenAPI document of this listener."}};
}

inline constexpr auto public_document = document_at("get-public-openapi", Listener::open);
inline constexpr auto administration_document =
    document_at("get-administration-openapi", Listener::administration);
inline constexpr auto signaling_document = document_at("get-signaling-openapi", Listener::signaling);

}  // namespace kontor::protocol::api::openapi
