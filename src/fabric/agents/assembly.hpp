#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fabric/agent_kit/activity_runner.hpp"
#include "fabric/agents/agents.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/config/field.hpp"
#include "platform/endpoints/endpoints.hpp"

namespace kontor::fabric::agents {

/// The issuer may be another installation: then it has its own address, and tokens of its own token service.
struct IssuerConfig {
  std::string participant_context_id = "issuer";
  std::string administration_url;
  std::string token_url;
  std::string client_id;
  platform::config::Secret client_secret;
};
platform::config::Fields fields_of(platform::config::Type<IssuerConfig>);

struct AgentsConfig {
  std::string token_service_url;
  std::string management_url;
  std::string identity_url;
  std::string public_url;
  std::string data_plane_signaling_url;
  std::string data_plane_id = "kontor-data-plane";
  std::vector<std::string> transfer_types{"HttpData-PULL"};
  std::vector<std::string> participant_scopes{"management-api:read", "management-api:write",
                                              "identity-api:read", "identity-api:write"};
  IssuerConfig issuer;
};
platform::config::Fields fields_of(platform::config::Type<AgentsConfig>);
/// The issuer's own token service is given completely or not at all.
Result<void> validate(const AgentsConfig& config);

/// The agents of this process and what they hold.
class Agents {
 public:
  struct Needs {
    platform::async::Scope& scope;
    platform::async::Clock& clock;
    platform::http::Client& client;
    platform::auth::TokenSource& tokens;
    platform::endpoints::Endpoints& endpoints;
  };
  Agents(Needs needs, AgentsConfig config);

  /// Adds a handler for each type of activity; the agents outlive the runner's tasks.
  void add_to(agent_kit::ActivityRunner& runner);

 private:
  std::string public_url_;
  std::unique_ptr<platform::auth::TokenSource> issuer_tokens_;  ///< null: the process's own are good there
  TokensAgent tokens_;
  ControlPlaneAgent control_plane_;
  IdentityAgent identity_;
  RegistrationAgent registration_;
  DataPlaneAgent data_plane_;
  OnboardingAgent onboarding_;
};

/// Does the activities of the default template in this process.
struct AgentsAssembly {
  static constexpr std::string_view name = "agents";
  using Requires = platform::assembly::Services<platform::async::Scope, platform::async::Clock,
                                                platform::http::Client, platform::auth::TokenSource,
                                                platform::endpoints::Endpoints, agent_kit::ActivityRunner>;
  using Provides = platform::assembly::Services<Agents>;
  using Config = AgentsConfig;
  static Result<platform::assembly::Built<Provides>> build(Requires needs, const Config& config);
};

}  // namespace kontor::fabric::agents
