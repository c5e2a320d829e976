#pragma once

#include <filesystem>

#include "installation/installation.hpp"
#include "tck/dcp/system/parties.hpp"

namespace kontor::tck::dcp {

/// The system under test: `kontor` as it is, in a process of its own with an empty store, and the three roles
/// in it, made over the APIs that any operator has. What fails is thrown (`installation::Failed`).
///
///     System system({.program = …, .folder = …});
///     system.start();                                     // the counter-party's port is free again
///     afterwards Trigger trigger(scope, clock, system.trigger());    // on the loop that the counter-party
///     is played on … system.parties() …                                // `system.driver()` may be used for
///     more calls
class System {
 public:
  struct Plan {
    std::filesystem::path program;  ///< `kontor`
    std::filesystem::path folder;   ///< for data and logs, new
    /// Whether keys of DID documents that declare no verification relationship are good: 1.0.0-RC6 of the kit
    /// writes such documents.
    bool accept_undeclared_relationships = false;
  };
  explicit System(const Plan& plan);

  /// Starts it and makes the roles: a verifier that demands a MembershipCredential; an issuer with two
  /// definitions, where the counter-party's holder is registered; a holder with an account at its secure
  /// token service and requests that the counter-party's issuer has taken. As that issuer somebody stands in
  /// for a moment: what comes there later is answered by whoever plays the counter-party.
  void start();

  const Parties& parties() const { return parties_; }
  int counter_party_port() const { return counter_party_port_; }
  installation::Driver& driver() { return driver_; }
  const installation::Installation& kontor() const { return kontor_; }

  /// What a trigger passes a call on to.
  struct TriggerPlan {
    int port;
    std::string catalog_url;  ///< of the verifier under test, by the Dataspace Protocol
  };
  TriggerPlan trigger() const { return {trigger_port_, catalog_url_}; }

 private:
  bool accept_undeclared_relationships_;
  installation::Certificates certificates_;
  installation::FreePorts ports_;
  int counter_party_port_;
  int trigger_port_;
  installation::Driver driver_;
  Parties parties_;
  installation::Installation kontor_;
  std::string catalog_url_;
};

}  // namespace kontor::tck::dcp
