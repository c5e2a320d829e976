#include "dataplane/edge/signals.hpp"

#include "base/crypto/secret.hpp"
#include "base/text/encoding.hpp"

namespace kontor::dataplane::edge {

using platform::auth::Caller;
namespace http = platform::http;

namespace {

constexpr std::size_t mark_bytes = 32;

Task<Result<Caller>> control_plane(ContextId context) {
  co_return Caller{.subject = "control-plane",
                   .role = {},
                   .context = std::move(context),
                   .scopes = {"signaling-api:admin"}};
}

Task<http::Response> nothing_here() {
  http::Response response{.status = 404};
  response.body.text = "the tunnel leads to the data flows of this data plane's participant alone";
  co_return response;
}

}  // namespace

http::Handler signals_of(platform::routing::Router& router, platform::auth::TokenVerifier& verifier,
                         Random& random, ContextId context) {
  // Known to nobody outside this process, and another one after each start.
  const crypto::Secret mark("Tunnel " + random_hex(random, mark_bytes));
  const auto below = "/api/v1/" + text::percent_encode(context.str()) + "/dataflows/";
  router.authenticate_with([&verifier, mark, context](std::string authorization) {
    if (crypto::Secret(authorization) == mark) return control_plane(context);
    return verifier.verify(std::move(authorization));
  });
  return [inner = router.handler(protocol::api::Listener::signaling), mark, below](http::Request request) {
    if (!request.target.starts_with(below)) return nothing_here();
    request.headers.set("Authorization", std::string(mark.reveal()));
    return inner(std::move(request));
  };
}

}  // namespace kontor::dataplane::edge
