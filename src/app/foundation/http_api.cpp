#include "app/foundation/http_api.hpp"

#include <map>

namespace kontor::app::foundation {
namespace {

using platform::routing::Served;
using platform::telemetry::Counters;
using platform::telemetry::Histograms;
using platform::telemetry::Log;
using platform::telemetry::MetricSpec;
using platform::telemetry::Registry;

// Routes are declared, so their number is known; each may answer with a handful of statuses.
constexpr MetricSpec requests{"kontor_http_requests_total",
                              "requests",
                              "Requests answered, by route and status",
                              {"route", "status"},
                              4000};
constexpr MetricSpec request_time{"kontor_http_request_seconds",
                                  "seconds",
                                  "Time from a request's header to its answer, by route",
                                  {"route"},
                                  1000};

struct Observer {
  Counters& counters;
  Histograms& times;
  Log log;
  /// What is counted of a route and status, once it was looked up.
  struct Counted {
    platform::telemetry::Counter* answers;
    platform::telemetry::Histogram* times;
  };
  std::map<std::pair<const protocol::api::RouteInfo*, unsigned>, Counted> counted = {};

  const Counted& of(const Served& served, std::string_view route) {
    auto& found = counted[{served.route, served.status}];
    if (!found.answers)
      found = {&counters.with({route, std::to_string(served.status)}), &times.with({route})};
    return found;
  }

  void operator()(const Served& served) {
    const auto route = served.route ? served.route->name : std::string_view("none");
    const auto& [answers, took] = of(served, route);
    answers->add();
    took->observe(std::chrono::duration<double>(served.took).count());
    if (served.status < 500 && !log.enabled(platform::telemetry::Severity::debug)) return;
    const platform::telemetry::About about{.context = served.context,
                                           .action = route,
                                           .trace_id = served.trace.trace_id,
                                           .incident = served.incident};
    if (served.status >= 500) {
      log.error(about, "{} answered {}: {}", served.method, served.status, served.detail);
    } else {
      log.debug(about, "{} answered {} {}", served.method, served.status, served.detail);
    }
  }
};

}  // namespace

config::Fields fields_of(config::Type<HttpApiConfig>) {
  using C = HttpApiConfig;
  return {
      config::field("request_timeout", &C::request_timeout, "time a handler has for its answer")
          .at_least(std::chrono::milliseconds(100)),
      config::field("wait_max", &C::wait_max, "longest `Prefer: wait` that is granted on top"),
      config::field("body_bytes_max", &C::body_bytes_max, "largest body of an API request")
          .unit("bytes")
          .at_least(1024),
  };
}

Result<assembly::Built<HttpApiAssembly::Provides>> HttpApiAssembly::build(Requires needs,
                                                                          const Config& config) {
  auto& registry = needs.get<Registry>();
  auto router = std::make_unique<platform::routing::Router>(
      needs.get<platform::async::Clock>(), needs.get<Random>(),
      platform::routing::RouterConfig{config.request_timeout, config.wait_max, config.body_bytes_max});
  router->trace_with(needs.get<platform::telemetry::Tracer>());
  router->observe_with(Observer{registry.counters(requests), registry.histograms(request_time),
                                needs.get<Log>().component(name)});
  return router;
}

}  // namespace kontor::app::foundation
