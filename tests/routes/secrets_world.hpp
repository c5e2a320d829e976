#pragma once

#include <string>
#include <vector>

#include "world.hpp"

namespace kontor::routes_test {

/// What an API answered to whom.
struct Told {
  std::string by;  ///< the route's name
  unsigned status = 0;
  std::string body;
};

/// A world in which secrets of every sort were handed over and claims about a holder went all the ways that
/// they go: given to the issuer, attested, issued, presented, and compared in a policy that refuses. Both
/// would be known anywhere.
class SecretsWorld {
 public:
  explicit SecretsWorld(const testing::PostgresServer* postgres);

  World& world() { return world_; }
  /// What the process was given to keep or made itself, in every spelling: no API shows it, nothing tells it.
  const std::vector<std::string>& secrets() const { return secrets_; }
  /// What is personal: APIs show it to those it concerns, nothing else tells it.
  static const std::string& claim();
  /// Every row of the store, before anybody asked the routes.
  const std::vector<std::string>& stored() const { return stored_; }
  /// The answers of every route that can be asked with a token, to its example, and of those that read once
  /// more after that.
  const std::vector<Told>& told() const { return told_; }

 private:
  void hand_over(const Party& party);
  void claim_something(const Party& holder);
  void apply();
  void describe_application(const Party& owner);
  void present(const Party& holder, const Party& verifier);
  void refuse_by_policy(const Party& consumer, const Party& provider);
  void remember_vault(const ContextId& context);
  std::string ask_for_token(const Party& client, const Party& audience, const std::string& rest);
  void ask_everything();
  void ask(const protocol::api::RouteInfo& route);

  World world_;
  std::vector<std::string> secrets_;
  std::vector<std::string> stored_;
  std::vector<Told> told_;
};

}  // namespace kontor::routes_test
