#include "dataplane/source/assembly.hpp"

namespace kontor::dataplane::source {

namespace config = platform::config;

config::Fields fields_of(config::Type<HttpSourceConfig>) {
  using C = HttpSourceConfig;
  return {config::field("stall_timeout", &C::stall_timeout, "how long data may stand still on its way"),
          config::field("passed_to_source", &C::passed_to_source,
                        "header fields of whoever asks that sources get beside those that all get"),
          config::field("passed_to_asker", &C::passed_to_asker,
                        "header fields of sources that whoever asks gets beside those that all get"),
          config::field("counter_party_header", &C::counter_party_header,
                        "header field in which sources are told who asks; empty: they are not"),
          config::field("agreement_header", &C::agreement_header, "the same, under which agreement"),
          config::field("dataset_header", &C::dataset_header, "the same, for which dataset"),
          config::field("flow_header", &C::flow_header, "the same, in which transfer")};
}

namespace {

Result<void> check(const HttpSourceConfig& config) {
  std::vector<std::string> names = config.passed_to_source;
  names.insert(names.end(), config.passed_to_asker.begin(), config.passed_to_asker.end());
  for (const auto* each : {&config.counter_party_header, &config.agreement_header, &config.dataset_header,
                           &config.flow_header}) {
    if (!each->empty()) names.push_back(*each);
  }
  for (const auto& each : names) {
    if (auto fine = check_passed_field(each); !fine) return fine;
  }
  return {};
}

}  // namespace

Result<platform::assembly::Built<HttpSourceAssembly::Provides>> HttpSourceAssembly::build(
    Requires needs, const Config& config) {
  if (auto fine = check(config); !fine)
    return fail(std::move(fine.error()), "read http_source of the configuration");
  auto kinds = std::make_unique<SourceKinds>();
  auto kind = std::make_unique<HttpSourceKind>(
      HttpSourceKind::Services{needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
                               needs.get<platform::http::Client>(), needs.get<platform::http::SecretClient>(),
                               needs.get<platform::vault::Vault>()},
      HttpSourceOptions{.stall_timeout = config.stall_timeout,
                        .passed = {config.passed_to_source, config.passed_to_asker},
                        .asker = {.counter_party = config.counter_party_header,
                                  .agreement = config.agreement_header,
                                  .dataset = config.dataset_header,
                                  .flow = config.flow_header}});
  kinds->add(*kind);
  return platform::assembly::Built<Provides>{std::move(kinds), std::move(kind)};
}

}  // namespace kontor::dataplane::source
