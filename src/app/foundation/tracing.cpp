#include "app/foundation/tracing.hpp"

namespace kontor::app::foundation {

using platform::telemetry::Tracer;
using platform::telemetry::otlp::Exporter;

config::Fields fields_of(config::Type<TracingConfig>) {
  using C = TracingConfig;
  using config::field;
  return {
      field("endpoint", &C::endpoint,
            "where spans are sent over OTLP/HTTP in JSON, such as http://127.0.0.1:4318/v1/traces; empty: "
            "nowhere"),
      field("service_name", &C::service_name, "name of this process in traces").not_empty(),
      field("sample_ratio", &C::sample_ratio, "share of traces that are recorded").at_least(0).at_most(1),
      field("spans_waiting_max", &C::spans_waiting_max,
            "spans kept for sending; more are dropped and counted")
          .at_least(1),
      field("batch_delay", &C::batch_delay, "time a span waits for others before it is sent"),
  };
}

Result<assembly::Built<TracingAssembly::Provides>> TracingAssembly::build(Requires needs,
                                                                          const Config& config) {
  auto& clock = needs.get<platform::async::Clock>();
  auto out = std::make_unique<SpanExport>();
  if (!config.endpoint.empty()) {
    out->exporter.emplace(
        Exporter::Needs{needs.get<platform::async::Scope>(), clock, needs.get<platform::http::Client>(),
                        needs.get<platform::telemetry::Registry>(),
                        needs.get<platform::telemetry::Log>().component(name)},
        platform::telemetry::otlp::ExporterConfig{.endpoint = config.endpoint,
                                                  .service_name = config.service_name,
                                                  .spans_waiting_max = config.spans_waiting_max,
                                                  .batch_delay = config.batch_delay});
  }
  auto tracer = std::make_unique<Tracer>(clock, needs.get<Random>(),
                                         platform::telemetry::TracerConfig{config.sample_ratio},
                                         out->exporter ? &*out->exporter : nullptr);
  return assembly::Built<Provides>{std::move(tracer), std::move(out)};
}

Task<Result<void>> TracingAssembly::start(Provides services) {
  auto& exporter = services.get<SpanExport>().exporter;
  if (exporter) exporter->start();
  co_return Result<void>{};
}

Task<Result<void>> TracingAssembly::drain(Provides services, platform::async::Deadline deadline) {
  auto& exporter = services.get<SpanExport>().exporter;
  if (exporter) co_await exporter->flush(deadline);
  co_return Result<void>{};
}

}  // namespace kontor::app::foundation
