#include "runtime/issuer_service/issuer.hpp"

namespace kontor::runtime::issuer_service {

namespace engine = platform::engine;

namespace {

/// An application has no effects: who wants to know of it reads it.
Task<Result<engine::Outcome<application::Machine>>> nothing_to_do() {
  co_return engine::Outcome<application::Machine>{};
}

}  // namespace

Issuer::Issuer(Services services, std::string public_url, IssuedListsConfig lists)
    : services_(services),
      public_url_(std::move(public_url)),
      lists_({services.engine, services.scope.executor(), services.signing}, public_url_, lists) {
  services_.engine.add<issuance::Machine>(
      [this](engine::Committed<issuance::Effect> effect) { return carry_out(std::move(effect)); });
  services_.engine.add<issued_credential::Machine>(
      [this](engine::Committed<issued_credential::Effect> effect) { return mark(std::move(effect)); });
  services_.engine.add<status_list::Machine>(
      [this](engine::Committed<status_list::Effect> effect) { return lists_.sign(std::move(effect)); });
  services_.engine.add<issuer_offer::Machine>(
      [this](engine::Committed<issuer_offer::Effect> effect) { return send_offer(std::move(effect)); });
  services_.engine.add<application::Machine>(
      [](engine::Committed<application::Effect>) { return nothing_to_do(); });
}

}  // namespace kontor::runtime::issuer_service
