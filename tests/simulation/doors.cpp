#include "doors.hpp"

#include <fmt/format.h>

namespace kontor::simulation {

using namespace std::chrono_literals;
using protocol::api::Listener;

Result<assembly::Built<ClientAssembly::Provides>> ClientAssembly::build(Requires needs, const Config&) {
  auto& edges = needs.get<Edges>();
  auto client = std::make_unique<NetworkClient>(edges.network, edges.site, edges.cut);
  auto secrets = std::make_unique<http::SecretClient>(*client, std::vector<std::string>{});
  return assembly::Built<Provides>{std::move(client), std::move(secrets)};
}

Result<void> Doors::open() {
  const auto& at = needs_.endpoints;
  if (auto opened = open_one(Listener::open, at.public_url); !opened) return opened;
  if (auto opened = open_one(Listener::administration, at.administration_url); !opened) return opened;
  return open_one(Listener::signaling, at.signaling_url);
}

Result<void> Doors::open_one(Listener which, const std::string& origin) {
  auto url = http::parse_url(origin);
  if (!url) return fail(std::move(url.error()));
  if (needs_.edges.cut) return needs_.edges.crashed();
  needs_.edges.network.serve(fmt::format("{}:{}", url->host, url->port),
                             {.site = needs_.edges.site,
                              .scope = &needs_.scope,
                              .handler = needs_.router.handler(which),
                              .on_message = needs_.edges.on_event});
  return {};
}

Task<void> Doors::close(async::Deadline deadline) {
  needs_.edges.network.close(needs_.edges.site);
  // Nobody tells when the last answer has gone, and here a look costs nothing.
  while (needs_.edges.network.under_way(needs_.edges.site) > 0 && !deadline.passed(needs_.clock)) {
    auto waited = co_await needs_.clock.wait_until(needs_.clock.now() + 10ms);
    if (!waited) co_return;
  }
}

Result<assembly::Built<DoorsAssembly::Provides>> DoorsAssembly::build(Requires needs, const Config&) {
  return std::make_unique<Doors>(
      Doors::Needs{needs.get<Edges>(), needs.get<async::Scope>(), needs.get<async::Clock>(),
                   needs.get<platform::routing::Router>(), needs.get<platform::endpoints::Endpoints>()});
}

Task<Result<void>> DoorsAssembly::start(Provides services) {
  co_return services.get<Doors>().open();
}

Task<Result<void>> DoorsAssembly::drain(Provides services, async::Deadline deadline) {
  co_await services.get<Doors>().close(deadline);
  co_return Result<void>{};
}

}  // namespace kontor::simulation
