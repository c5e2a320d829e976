#include "dataplane/edge/assembly.hpp"

#include "base/text/encoding.hpp"
#include "dataplane/edge/signals.hpp"

namespace kontor::dataplane::edge {

namespace config = platform::config;
using platform::endpoints::Endpoints;
using platform::http::TunnelExit;
using platform::telemetry::Log;

config::Fields fields_of(config::Type<EdgeConfig>) {
  using C = EdgeConfig;
  return {config::field("dataplane_id", &C::dataplane_id,
                        "id of a data plane that its control plane cannot reach: it opens a tunnel to "
                        "endpoints.signaling_url; empty: none"),
          config::field("participant_context_id", &C::participant_context_id, "whose data it serves"),
          config::field("enrolment_token", &C::enrolment_token,
                        "by which it enrols at endpoints.administration_url, once; not needed afterwards"),
          config::field("lines", &C::lines, "connections of its tunnel, each for a signal at a time")
              .at_least(1)
              .at_most(8),
          config::field("alone_for", &C::alone_for,
                        "how long it serves running flows while its control plane is out of reach")};
}

Result<void> validate(const EdgeConfig& config) {
  if (config.dataplane_id.empty() == config.participant_context_id.empty()) return {};
  return fail(ErrorCode::invalid_input,
              "dataplane_id and participant_context_id are given together or not at all");
}

namespace {

std::string tunnel_url(const Endpoints& endpoints, const EdgeConfig& config) {
  return endpoints.signaling_url + "/api/signaling/v1/" +
         text::percent_encode(config.participant_context_id) + "/dataplanes/" +
         text::percent_encode(config.dataplane_id) + "/tunnel";
}

/// Tells of the first line and of the last, and why none could be opened when that is news.
platform::http::TunnelExit::Observe watched(Identity& identity, Contact& contact, Log log) {
  return [&identity, &contact, log, before = std::size_t{0}, why = std::string()](
             std::size_t open, const Error* failure) mutable {
    if (failure) identity.forget_token();
    if (failure && open == 0 && why != failure->message())
      log.warning("the control plane is out of reach: {}", why = failure->message());
    if (open > 0 && before == 0) log.info("the tunnel to the control plane is open");
    if (open == 0 && before > 0) log.warning("the tunnel to the control plane broke");
    if (open > 0) why.clear();
    if ((open > 0) != (before > 0)) contact.seen(open > 0);
    before = open;
  };
}

}  // namespace

Result<platform::assembly::Built<EdgeAssembly::Provides>> EdgeAssembly::build(Requires needs,
                                                                              const Config& settings) {
  auto edge = std::make_unique<Edge>();
  if (settings.dataplane_id.empty()) return edge;
  auto& scope = needs.get<platform::async::Scope>();
  auto& clock = needs.get<platform::async::Clock>();
  auto& client = needs.get<platform::http::Client>();
  auto& random = needs.get<Random>();
  const auto& endpoints = needs.get<Endpoints>();
  edge->identity =
      std::make_unique<Identity>(Identity::Services{scope, clock, random, needs.get<platform::vault::Vault>(),
                                                    client, needs.get<platform::auth::TokenSource>()},
                                 IdentityOptions{settings.dataplane_id, endpoints.administration_url,
                                                 crypto::Secret(settings.enrolment_token.reveal())});
  edge->contact = std::make_unique<Contact>(scope, needs.get<platform::engine::Engine>(), settings.alone_for);
  needs.get<replicas::Replicas>().serve_while(
      [contact = edge->contact.get()] { return contact->may_serve(); });
  edge->tunnel = std::make_unique<TunnelExit>(
      TunnelExit::Services{scope, clock, client, random},
      platform::http::TunnelExitConfig{.url = tunnel_url(endpoints, settings), .lines = settings.lines},
      [identity = edge->identity.get()](platform::async::Deadline deadline) {
        return identity->authorization(deadline);
      },
      signals_of(needs.get<platform::routing::Router>(), needs.get<platform::auth::TokenVerifier>(), random,
                 ContextId(settings.participant_context_id)));
  edge->tunnel->observe_with(watched(*edge->identity, *edge->contact, needs.get<Log>().component(name)));
  return edge;
}

Task<Result<void>> EdgeAssembly::start(Provides provided) {
  auto& edge = provided.get<Edge>();
  if (!edge.tunnel) co_return Result<void>{};
  auto prepared = co_await edge.identity->prepare();
  if (!prepared) co_return prepared;
  auto begun = co_await edge.contact->begin();
  if (!begun) co_return begun;
  edge.tunnel->open();
  co_return Result<void>{};
}

Task<Result<void>> EdgeAssembly::drain(Provides provided, platform::async::Deadline deadline) {
  auto& edge = provided.get<Edge>();
  if (edge.tunnel) co_await edge.tunnel->drain(deadline);
  co_return Result<void>{};
}

}  // namespace kontor::dataplane::edge
