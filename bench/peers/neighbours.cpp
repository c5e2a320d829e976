#include "neighbours.hpp"

#include <fmt/format.h>

#include "harness/contexts.hpp"
#include "harness/metrics.hpp"
#include "harness/report.hpp"

namespace kontor::bench {

using installation::Installation;

Neighbours::Neighbours(Plan plan, installation::Driver& driver)
    : plan_(std::move(plan)),
      driver_(driver),
      folder_(new_folder()),
      certificates_(installation::make_certificates(folder_ / "ca")),
      ports_{free_ports_.take(), free_ports_.take(), free_ports_.take()} {
  left_alone_ = make_subject("left-alone", ports_[0]);
  bothered_ = make_subject("bothered", ports_[1]);
  healthy_home_ = std::make_unique<Installation>(
      installation::Place{plan_.program, folder_ / "healthy"}, ports_[2],
      Installation::Plan{.name = "healthy", .issuer_did = plan_.issuer_did, .settings = settings()},
      certificates_, free_ports_);
  healthy_home_->start();
  healthy_home_->await_ready(driver_);
  make_contexts(driver_, *healthy_home_, {0, plan_.healthy});
  for (std::size_t i = 0; i < plan_.healthy; ++i) {
    const auto name = name_of_context(i);
    healthy_.push_back({.context = name, .did = healthy_home_->did(name), .home = healthy_home_.get()});
  }
  progress(fmt::format("two subjects and {} healthy participants", plan_.healthy));
}

Neighbours::~Neighbours() {
  healthy_home_.reset();
  bothered_.reset();
  left_alone_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::vector<std::string> Neighbours::settings() const {
  std::string authorities = "'" + plan_.document_authority + "'";
  for (const auto port : ports_) authorities += fmt::format(", '127.0.0.1:{}'", port);
  return {"verifier.status_max_age=60s", "did_resolver.plain_http_authorities=[" + authorities + "]"};
}

std::unique_ptr<Subject> Neighbours::make_subject(const std::string& name, int port) {
  auto subject = std::make_unique<Subject>(
      installation::Place{plan_.program, folder_ / name}, port,
      Installation::Plan{.name = name, .issuer_did = plan_.issuer_did, .settings = settings()}, certificates_,
      free_ports_);
  auto& home = subject->home;
  home.start();
  home.await_ready(driver_);
  make_contexts(driver_, home, {0, 1});
  const auto context = name_of_context(0);
  subject->acme = {
      .context = context, .did = home.did(context), .home = &home, .token = home.admin_token(driver_)};
  offer_to_all(driver_, subject->acme, offered_asset);
  return subject;
}

json::Value Neighbours::offer_of(Subject& subject) {
  healthy_.front().token = healthy_home_->admin_token(driver_);
  return installation::catalog_of(driver_, healthy_.front(), subject.acme).at(offered_asset);
}

Repeated Neighbours::negotiate_with(Subject& subject, const Load& load) {
  const auto body = installation::negotiation_body(subject.acme, offered_asset, offer_of(subject));
  const auto token = healthy_home_->admin_token(driver_);
  for (auto& each : healthy_) each.token = token;
  return negotiate(driver_, load,
                   [&] { return opened_by(driver_, healthy_[turn_++ % healthy_.size()], body); });
}

}  // namespace kontor::bench
