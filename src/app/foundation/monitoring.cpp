#include "app/foundation/monitoring.hpp"

namespace kontor::app::foundation {
namespace {

using platform::telemetry::Health;
using platform::telemetry::Probe;
using platform::telemetry::Registry;
using protocol::api::Access;
using protocol::api::Listener;
using protocol::api::RouteInfo;

constexpr RouteInfo probe_route(std::string_view name, std::string_view path, std::string_view summary) {
  return {
      .name = name, .listener = Listener::metrics, .path = path, .access = Access::open, .summary = summary};
}

constexpr RouteInfo check_health = probe_route(
    "check-health", "/check/health", "Every check of this process, with the reasons of those that fail");
constexpr RouteInfo check_liveness =
    probe_route("check-liveness", "/check/liveness", "503 when only a restart of the process can help");
constexpr RouteInfo check_readiness =
    probe_route("check-readiness", "/check/readiness", "503 while the process is not to be sent requests");
constexpr RouteInfo check_startup =
    probe_route("check-startup", "/check/startup", "503 until everything has started once");
constexpr RouteInfo read_metrics =
    probe_route("read-metrics", "/metrics", "All metrics in Prometheus' text format");

Task<Result<platform::http::Response>> answer_probe(const Health& health, Probe probe) {
  auto answer = health.answer(probe);
  platform::http::Response response{.status = answer.healthy ? 200u : 503u,
                                    .body = {.text = std::move(answer.body)}};
  response.headers.set("Content-Type", "application/json");
  response.headers.set("Cache-Control", "no-store");
  co_return response;
}

Task<Result<platform::http::Response>> answer_metrics(const Registry& registry) {
  platform::http::Response response{.body = {.text = registry.expose()}};
  response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  co_return response;
}

}  // namespace

config::Fields fields_of(config::Type<MonitoringConfig>) {
  return {config::field("listener", &MonitoringConfig::listener, "address of /check/… and /metrics")};
}

void bind_monitoring(platform::routing::Router& router, Health& health, Registry& registry) {
  const auto bind_probe = [&](const RouteInfo& route, Probe probe) {
    router.bind_raw(route, [&health, probe](auto, auto) { return answer_probe(health, probe); });
  };
  bind_probe(check_health, Probe::health);
  bind_probe(check_liveness, Probe::liveness);
  bind_probe(check_readiness, Probe::readiness);
  bind_probe(check_startup, Probe::startup);
  router.bind_raw(read_metrics, [&registry](auto, auto) { return answer_metrics(registry); });
}

Monitoring::Monitoring(Needs needs, MonitoringConfig config) : needs_(needs), config_(std::move(config)) {}
Monitoring::~Monitoring() = default;

Result<void> Monitoring::open() {
  auto listener = platform::http::listen(needs_.scope, needs_.clock, listener_config(config_.listener),
                                         needs_.router.handler(Listener::metrics));
  if (!listener) return fail(std::move(listener.error()), "open the metrics listener (monitoring.listener)");
  listener_ = std::move(*listener);
  needs_.log.info("metrics listener on {}", origin_of(config_.listener, listener_->port()));
  return {};
}

Task<void> Monitoring::close(platform::async::Deadline deadline) {
  co_await listener_->drain(deadline);
}

std::uint16_t Monitoring::port() const {
  return listener_ ? listener_->port() : std::uint16_t{0};
}

Result<assembly::Built<MonitoringAssembly::Provides>> MonitoringAssembly::build(Requires needs,
                                                                                const Config& config) {
  auto& router = needs.get<platform::routing::Router>();
  auto& registry = needs.get<Registry>();
  bind_monitoring(router, needs.get<Health>(), registry);
  platform::telemetry::add_process_metrics(registry);
  const Monitoring::Needs parts{needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
                                router, needs.get<platform::telemetry::Log>().component(name)};
  return std::make_unique<Monitoring>(parts, config);
}

Task<Result<void>> MonitoringAssembly::start(Provides services) {
  co_return services.get<Monitoring>().open();
}

Task<Result<void>> MonitoringAssembly::stop(Provides services) {
  // Whoever asks for metrics at this moment gets a second; nobody else waits for this listener.
  auto& monitoring = services.get<Monitoring>();
  co_await monitoring.close(platform::async::Deadline::after(monitoring.clock(), std::chrono::seconds(1)));
  co_return Result<void>{};
}

}  // namespace kontor::app::foundation
