#include "dataplane/push/assembly.hpp"

namespace kontor::dataplane::push {

namespace config = platform::config;
using namespace std::chrono_literals;

config::Fields fields_of(config::Type<HttpPushConfig>) {
  using C = HttpPushConfig;
  return {config::field("profiles", &C::profiles, "transfer profiles that are served, each an HTTP push"),
          config::field("https_only", &C::https_only,
                        "refuse addresses of the HTTP profile that are reached by plain http"),
          config::field("parallel", &C::parallel, "parts of one push that are sent at a time").at_least(1),
          config::field("attempts_max", &C::attempts_max,
                        "attempts at a part, and at the list of them, before the push has failed")
              .at_least(1),
          config::field("retry_delay_min", &C::retry_delay_min, "wait before a second attempt; it doubles")
              .at_least(1ms),
          config::field("retry_delay_max", &C::retry_delay_max, "longest wait between two attempts")
              .at_least(1ms),
          config::field("stall_timeout", &C::stall_timeout, "how long a part may stand still on its way")
              .at_least(1s),
          config::field("take_over_after", &C::take_over_after,
                        "how long the process that sends may say nothing before another goes on")
              .at_least(100ms),
          config::field("part_bytes_max", &C::part_bytes_max, "largest part that is received").unit("bytes"),
          config::field("flow_bytes_max", &C::flow_bytes_max, "most that one push may bring").unit("bytes"),
          config::field("flow_parts_max", &C::flow_parts_max, "most parts that one push may bring")};
}

Result<platform::assembly::Built<HttpPushAssembly::Provides>> HttpPushAssembly::build(Requires needs,
                                                                                      const Config& config) {
  auto& engine = needs.get<platform::engine::Engine>();
  const auto& sources = needs.get<source::SourceKinds>();
  auto& sink = needs.get<file::FileSink>();
  const auto& replicas = needs.get<replicas::Replicas>();
  auto watch = std::make_unique<FlowWatch>(engine);
  auto sender = std::make_unique<Sender>(
      Sender::Services{needs.get<platform::async::Scope>(), engine, needs.get<platform::vault::Vault>(),
                       needs.get<platform::http::Client>(), sources, *watch, needs.get<usage::Usage>(),
                       replicas},
      SenderOptions{.parallel = config.parallel,
                    .attempts_max = config.attempts_max,
                    .retry_delay_min = config.retry_delay_min,
                    .retry_delay_max = config.retry_delay_max,
                    .stall_timeout = config.stall_timeout,
                    .take_over_after = config.take_over_after,
                    .https_only = config.https_only});
  auto push = std::make_unique<HttpPush>(
      HttpPush::Services{engine.clock(), needs.get<signaling::AccessTokens>(), sources, *sender},
      HttpPushOptions{.public_url = needs.get<platform::endpoints::Endpoints>().public_url,
                      .profiles = config.profiles,
                      .receives = sink.has_root()});
  auto inbox = std::make_unique<Inbox>(Inbox::Services{needs.get<platform::async::Scope>(), engine, *watch,
                                                       sink, needs.get<usage::Usage>(), replicas},
                                       InboxOptions{.part_bytes_max = config.part_bytes_max,
                                                    .flow_bytes_max = config.flow_bytes_max,
                                                    .flow_parts_max = config.flow_parts_max});
  needs.get<signaling::DataFlows>().serve_with(*push);
  engine.add<domain::push::Machine>(
      [all = sender.get()](platform::engine::Committed<domain::push::Effect> effect) {
        return all->run(std::move(effect));
      });
  bind_routes(needs.get<platform::routing::Router>(), *inbox);
  return platform::assembly::Built<Provides>{std::move(watch), std::move(sender), std::move(push),
                                             std::move(inbox)};
}

}  // namespace kontor::dataplane::push
