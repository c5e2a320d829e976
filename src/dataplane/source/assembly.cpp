#include "dataplane/source/assembly.hpp"

namespace kontor::dataplane::source {

namespace config = platform::config;

config::Fields fields_of(config::Type<HttpSourceConfig>) {
  using C = HttpSourceConfig;
  return {config::field("stall_timeout", &C::stall_timeout, "how long data may stand still on its way"),
          config::field("passed_to_source", &C::passed_to_source,
                        "header fields of whoever asks that sources get beside those that all get"),
          config::field("passed_to_asker", &C::passed_to_asker,
                        "header fields of sources that whoever asks gets beside those that all get")};
}

Result<platform::assembly::Built<HttpSourceAssembly::Provides>> HttpSourceAssembly::build(
    Requires needs, const Config& config) {
  for (const auto* names : {&config.passed_to_source, &config.passed_to_asker}) {
    for (const auto& each : *names) {
      if (auto fine = check_passed_field(each); !fine)
        return fail(std::move(fine.error()), "read http_source of the configuration");
    }
  }
  auto kinds = std::make_unique<SourceKinds>();
  auto kind = std::make_unique<HttpSourceKind>(
      HttpSourceKind::Services{needs.get<platform::http::Client>()},
      HttpSourceOptions{.stall_timeout = config.stall_timeout,
                        .passed = {config.passed_to_source, config.passed_to_asker}});
  kinds->add(*kind);
  return platform::assembly::Built<Provides>{std::move(kinds), std::move(kind)};
}

}  // namespace kontor::dataplane::source
