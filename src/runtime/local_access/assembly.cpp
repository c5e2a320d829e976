#include "runtime/local_access/assembly.hpp"

namespace kontor::runtime::local_access {

namespace config = platform::config;

config::Fields fields_of(config::Type<LocalAccessConfig>) {
  using C = LocalAccessConfig;
  return {
      config::field("enabled", &C::enabled,
                    "whether applications on this machine fetch at http://127.0.0.1:{port}/agreements/… "
                    "what their participant has an agreement and a running transfer for"),
      config::field("port", &C::port, "the port on loopback, and on no other address"),
      config::field("answers_max", &C::answers_max, "most answers that are under way at a time").at_least(1),
      config::field("stall_timeout", &C::stall_timeout, "how long data may stand still on its way")};
}

LocalListener::LocalListener(Needs needs, LocalAccess::Services services, LocalAccessOptions options)
    : needs_(needs), access_(std::move(services), options), router_(needs.clock, needs.random) {
  bind_routes(router_, access_);
}

Result<void> LocalListener::listen(std::uint16_t port) {
  auto listener = platform::http::listen(needs_.scope, needs_.clock, {.address = "127.0.0.1", .port = port},
                                         router_.handler(local_routes.front().listener));
  if (!listener) return fail(std::move(listener.error()), "open the local access (local_access.port)");
  listener_ = std::move(*listener);
  return {};
}

Task<void> LocalListener::drain(platform::async::Deadline deadline) {
  router_.drain();
  if (listener_) co_await listener_->drain(deadline);
}

Result<platform::assembly::Built<LocalAccessAssembly::Provides>> LocalAccessAssembly::build(
    Requires needs, const Config& config) {
  auto service = std::make_unique<LocalService>();
  if (!config.enabled) return service;
  service->port = config.port;
  service->listener = std::make_unique<LocalListener>(
      LocalListener::Needs{needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
                           needs.get<Random>()},
      LocalAccess::Services{needs.get<platform::async::Scope>(), needs.get<platform::engine::Engine>(),
                            needs.get<transfer_process::Transfers>(), needs.get<platform::http::Client>(),
                            [&verifier = needs.get<platform::auth::TokenVerifier>()](std::string header) {
                              return verifier.verify(std::move(header));
                            }},
      LocalAccessOptions{.answers_max = config.answers_max, .stall_timeout = config.stall_timeout});
  return service;
}

Task<Result<void>> LocalAccessAssembly::start(Provides provided) {
  auto& service = provided.get<LocalService>();
  if (!service.listener) co_return Result<void>{};
  co_return service.listener->listen(service.port);
}

Task<Result<void>> LocalAccessAssembly::drain(Provides provided, platform::async::Deadline deadline) {
  auto& service = provided.get<LocalService>();
  if (service.listener) co_await service.listener->drain(deadline);
  co_return Result<void>{};
}

}  // namespace kontor::runtime::local_access
