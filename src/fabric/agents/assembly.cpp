#include "fabric/agents/assembly.hpp"

#include "fabric/agents/own_did.hpp"
#include "fabric/provision_manager/defaults.hpp"

namespace kontor::fabric::agents {

namespace auth = platform::auth;
namespace config = platform::config;

config::Fields fields_of(config::Type<IssuerConfig>) {
  using C = IssuerConfig;
  return {config::field("participant_context_id", &C::participant_context_id,
                        "the issuer's participant context, where holders are registered"),
          config::field("administration_url", &C::administration_url,
                        "base of the issuer's administration API; empty: this installation's"),
          config::field("token_url", &C::token_url,
                        "where tokens for it come from; empty: as for the other APIs"),
          config::field("client_id", &C::client_id, "our client there"),
          config::field("client_secret", &C::client_secret, "its secret")};
}

config::Fields fields_of(config::Type<AgentsConfig>) {
  using C = AgentsConfig;
  return {
      config::field("token_service_url", &C::token_service_url,
                    "base of the token service; empty: this installation's"),
      config::field("management_url", &C::management_url,
                    "base of the Management API; empty: this installation's"),
      config::field("identity_url", &C::identity_url, "base of the Identity API; empty: this installation's"),
      config::field("public_url", &C::public_url,
                    "base of what DID documents name as services; empty: this installation's"),
      config::field("data_plane_signaling_url", &C::data_plane_signaling_url,
                    "base of the data plane's signalling API; empty: this installation's"),
      config::field("data_plane_id", &C::data_plane_id, "id under which it is registered").not_empty(),
      config::field("transfer_types", &C::transfer_types, "transfer types that it serves").not_empty(),
      config::field("participant_scopes", &C::participant_scopes, "what the tokens of participants may say"),
      config::field("issuer", &C::issuer, "the dataspace's issuer")};
}

Result<void> validate(const AgentsConfig& config) {
  const auto& issuer = config.issuer;
  if (issuer.token_url.empty() == issuer.client_id.empty() &&
      issuer.client_id.empty() == issuer.client_secret.empty()) {
    return {};
  }
  return fail(ErrorCode::invalid_input,
              "issuer.token_url, issuer.client_id and issuer.client_secret are given together or not at all");
}

namespace {

std::string either(const std::string& configured, const std::string& own) {
  return configured.empty() ? own : configured;
}

std::unique_ptr<auth::TokenSource> issuer_tokens(const Agents::Needs& needs, const IssuerConfig& issuer) {
  if (issuer.token_url.empty()) return nullptr;
  return std::make_unique<auth::TokenSource>(
      needs.scope, needs.clock, needs.client,
      auth::TokenSourceConfig{issuer.token_url, issuer.client_id, issuer.client_secret.reveal()});
}

Task<Result<Outcome>> answer(agent_kit::Waiting waiting) {
  co_return waiting;
}

}  // namespace

Agents::Agents(Needs needs, AgentsConfig c)
    : public_url_(either(c.public_url, needs.endpoints.public_url)),
      issuer_tokens_(issuer_tokens(needs, c.issuer)),
      tokens_({needs.client, needs.tokens, needs.clock,
               either(c.token_service_url, needs.endpoints.administration_url)},
              c.participant_scopes),
      control_plane_({needs.client, needs.tokens, needs.clock,
                      either(c.management_url, needs.endpoints.administration_url)},
                     needs.clock),
      identity_({needs.client, needs.tokens, needs.clock,
                 either(c.identity_url, needs.endpoints.administration_url)},
                public_url_),
      registration_({needs.client, issuer_tokens_ ? *issuer_tokens_ : needs.tokens, needs.clock,
                     either(c.issuer.administration_url, needs.endpoints.administration_url)},
                    c.issuer.participant_context_id),
      data_plane_({needs.client, needs.tokens, needs.clock,
                   either(c.management_url, needs.endpoints.administration_url)},
                  {c.data_plane_id, either(c.data_plane_signaling_url, needs.endpoints.signaling_url),
                   c.transfer_types}),
      onboarding_({needs.client, needs.tokens, needs.clock,
                   either(c.identity_url, needs.endpoints.administration_url)}) {}

void Agents::add_to(agent_kit::ActivityRunner& runner) {
  namespace types = provision_manager;
  const auto add = [&runner](std::string_view type, auto& agent) {
    runner.add(std::string(type),
               [&agent](Assignment assignment) { return agent.run(std::move(assignment)); });
  };
  // What is made under a name before it is known whose that is would be in its owner's way.
  const auto add_after_proof = [&](std::string_view type, auto& agent) {
    runner.add(std::string(type), [this, &agent](Assignment assignment) {
      auto waiting = awaited_proof(assignment, public_url_);
      return waiting ? answer(std::move(*waiting)) : agent.run(std::move(assignment));
    });
  };
  add(types::tokens_activity, tokens_);
  add_after_proof(types::control_plane_activity, control_plane_);
  add(types::identity_activity, identity_);
  add_after_proof(types::registration_activity, registration_);
  add(types::data_plane_activity, data_plane_);
  add(types::onboarding_activity, onboarding_);
}

Result<platform::assembly::Built<AgentsAssembly::Provides>> AgentsAssembly::build(Requires needs,
                                                                                  const Config& settings) {
  auto agents = std::make_unique<Agents>(
      Agents::Needs{needs.get<platform::async::Scope>(), needs.get<platform::async::Clock>(),
                    needs.get<platform::http::Client>(), needs.get<auth::TokenSource>(),
                    needs.get<platform::endpoints::Endpoints>()},
      settings);
  agents->add_to(needs.get<agent_kit::ActivityRunner>());
  return agents;
}

}  // namespace kontor::fabric::agents
