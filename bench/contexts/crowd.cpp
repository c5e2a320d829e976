#include "crowd.hpp"

#include <fmt/format.h>

#include "harness/contexts.hpp"
#include "harness/metrics.hpp"
#include "harness/report.hpp"

namespace kontor::bench {

using installation::Company;
using installation::Driver;

namespace {

constexpr auto asset = "prices";

/// Nobody's credentials are believed: what is proved is who somebody is.
installation::Installation::Plan plan_for(int port) {
  return {.name = "crowd",
          .issuer_did = fmt::format("did:web:127.0.0.1%3A{}:issuer", port),
          .plain_http_authority = fmt::format("127.0.0.1:{}", port),
          .settings = {"verifier.status_max_age=60s"}};
}

}  // namespace

Crowd::Crowd(installation::Place place, Driver& driver, const installation::Certificates& certificates,
             Size size)
    : driver_(driver),
      size_(size),
      port_(ports_.take()),
      home_(std::move(place), port_, plan_for(port_), certificates, ports_) {
  home_.start();
  home_.await_ready(driver_);
  const auto step = std::max<std::size_t>(size_.contexts / 4, 1);
  for (std::size_t made = 0; made < size_.contexts; made += step) {
    const auto last = std::min(made + step, size_.contexts);
    make_contexts(driver_, home_, {made, last});
    progress(fmt::format("{} of {} contexts made", last, size_.contexts));
  }
  make_active();
}

void Crowd::make_active() {
  const auto token = home_.admin_token(driver_);
  for (std::size_t i = 0; i < size_.active; ++i) {
    const auto name = name_of_context(i);
    active_.push_back({.context = name, .did = home_.did(name), .home = &home_, .token = token});
    offer_to_all(driver_, active_.back(), asset);
  }
  for (std::size_t i = 0; i < size_.active; ++i) {
    const auto& provider = active_[(i + 1) % size_.active];
    const auto offers = installation::catalog_of(driver_, active_[i], provider);
    bodies_.push_back(installation::negotiation_body(provider, asset, offers.at(asset)));
  }
}

Crowd::Cost Crowd::negotiate_under(const Load& load) {
  const auto token = home_.admin_token(driver_);
  std::vector<std::unique_ptr<NegotiationFeed>> feeds;
  for (auto& each : active_) {
    each.token = token;
    feeds.push_back(std::make_unique<NegotiationFeed>(driver_, each));
    feeds.back()->open();
  }
  std::vector<std::size_t> opened(active_.size());
  std::size_t turn = 0;
  const auto before = scrape(driver_, home_);
  const auto done = negotiate(driver_, load, [&] {
    const auto consumer = turn++ % active_.size();
    ++opened[consumer];
    return opened_by(active_[consumer], bodies_[consumer], *feeds[consumer]);
  });
  for (std::size_t i = 0; i < feeds.size(); ++i) {
    const auto as_provider = opened[(i + active_.size() - 1) % active_.size()];
    feeds[i]->await_finalized(opened[i] + as_provider);
  }
  const auto after = scrape(driver_, home_);
  const auto spent = after.at("process_cpu_seconds_total") - before.at("process_cpu_seconds_total");
  return {.per_second = done.per_second(),
          .cpu_ms = spent / static_cast<double>(done.milliseconds.size()) * 1000,
          .p95_ms = done.milliseconds.p95()};
}

}  // namespace kontor::bench
