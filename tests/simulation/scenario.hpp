#pragma once

#include <optional>
#include <string>
#include <vector>

#include "customer.hpp"

namespace kontor::simulation {

inline constexpr const char* issuer_context = "issuer";

/// A participant that was ordered, and what its owner was told.
struct Company {
  std::string name;
  std::string did;
  Installation* home = nullptr;
  std::string tenant = {};
  std::string profile = {};
  std::string context = {};
  std::optional<Customer> owner = {};  ///< calls with the participant's own client
};

/// Something that an API acknowledged: it has to be there at the end.
struct Acknowledged {
  const Installation* home;
  std::string kind;
  std::string context;
  std::string id;
};

/// What is done in a run: both fabrics are prepared, companies are onboarded side by side, Acme publishes,
/// Globex negotiates. Everything is asked for over the APIs, again and again until it is acknowledged.
class Scenario {
 public:
  Scenario(World& world, Installation& a, Installation& b, std::uint64_t negotiations);

  Task<void> run();

  const std::vector<Acknowledged>& acknowledged() const { return acknowledged_; }
  Company& acme() { return acme_; }
  Company& globex() { return globex_; }
  std::string issuer_did() const { return a_.did(issuer_context); }

 private:
  Task<void> prepare_issuer();
  Task<void> define_credential();
  Task<void> prepare_fabric(Installation& home);
  Task<void> onboard(Company& company);
  Task<std::string> order(Customer& fabric, const Company& company, const std::string& profiles);
  Task<json::Value> at_rest(Customer& fabric, const std::string& profile_url);
  Task<void> publish();
  Task<void> negotiate(std::uint64_t number);
  Task<json::Value> find_offer();
  std::string management(const Company& company, const std::string& path) const;
  /// Runs the tasks side by side; the first failure is thrown when all have ended.
  Task<void> all(std::vector<Task<void>> tasks);

  World& world_;
  Installation& a_;
  Installation& b_;
  std::uint64_t negotiations_;
  SeededRandom random_;
  Company acme_;
  Company globex_;
  std::vector<Acknowledged> acknowledged_;
};

}  // namespace kontor::simulation
