#pragma once

#include "fabric/tenant_manager/participants.hpp"
#include "platform/routing/router.hpp"

namespace kontor::fabric::tenant_manager {

/// Bind the routes of the Tenant Manager's API; what they are bound to must outlive the router.
void bind_register_routes(platform::routing::Router& router, Register& documents);
void bind_participant_routes(platform::routing::Router& router, Participants& participants);

/// The page that the query parameters `offset` and `limit` ask for.
Result<api::PageRequest> page_of(const platform::routing::Call& call);

/// A part of a list with its header fields.
template <class T>
platform::routing::Reply<std::vector<T>> reply_of(Listed<T> listed, std::string_view collection,
                                                  const api::PageRequest& page) {
  platform::routing::Reply<std::vector<T>> reply{std::move(listed.entities)};
  reply.headers.set("X-Total-Count", std::to_string(listed.total));
  reply.headers.set("Link", api::link_header(collection, page, listed.total));
  return reply;
}

}  // namespace kontor::fabric::tenant_manager
