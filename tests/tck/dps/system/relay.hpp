#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "platform/auth/token_source.hpp"
#include "platform/http/server.hpp"
#include "platform/routing/router.hpp"

namespace kontor::tck::dps {

/// Stands in front of the product's signalling for a kit that proves nothing: `/data-plane/…` is the data
/// plane's base and asks for the kit's header, `/control-plane/…` that of the callbacks. What passes gets a
/// token of the system's, and a start of the HTTP profile where its data is, which the kit does not say.
class Relay {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    platform::routing::Router& router;
    platform::auth::TokenSource& tokens;
  };
  Relay(Services services, std::uint16_t port) : services_(services), port_(port) {}

  Result<void> listen();
  Task<void> drain(platform::async::Deadline deadline);

 private:
  Task<platform::http::Response> pass_on(platform::http::Request request);

  Services services_;
  std::uint16_t port_;
  std::unique_ptr<platform::http::Listener> listener_;
};

}  // namespace kontor::tck::dps
