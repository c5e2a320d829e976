#pragma once

#include "platform/did/resolver.hpp"
#include "platform/http/client.hpp"
#include "runtime/dataspace/dataspaces.hpp"

namespace kontor::runtime::dataspace {

/// Finds how a counter-party is reached: asks its version document, whose address is known or stands in its
/// DID document, and compares it with the profiles of a participant of ours.
class Discovery {
 public:
  struct Services {
    Dataspaces& dataspaces;
    participant_context::ParticipantContexts& contexts;
    platform::did::Resolver& resolver;
    platform::http::Client& client;
  };
  explicit Discovery(Services services) : services_(services) {}

  using Request = protocol::api::management::DiscoveryRequest;
  using Found = std::vector<protocol::api::management::DiscoveryResponse>;
  /// The profiles that both have, each with its address. Errors: not_found (the DID names no data service),
  /// invalid_input (nobody answers there, or with something else).
  Task<Result<Found>> find(ContextId context, Request request, platform::async::Deadline deadline);

 private:
  Task<Result<std::string>> document_url(Request request, platform::async::Deadline deadline);

  Services services_;
};

}  // namespace kontor::runtime::dataspace
