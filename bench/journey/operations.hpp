#pragma once

#include <string>
#include <vector>

#include "installation/world.hpp"

namespace kontor::bench {

/// What is measured, an operation a call: Globex on installation B works with Acme on installation A, which
/// has the issuer too.
class Operations {
 public:
  explicit Operations(installation::World& world) : world_(world) {}

  /// Starts both installations, sets the issuer up, onboards Acme and Globex, publishes an asset for members.
  void prepare();

  /// A tenant on B whose participant is not ordered yet.
  void make_tenant();
  /// Orders the participant of such a tenant and waits until it is active with its credential.
  void onboard();
  void catalog();
  /// From the request to FINALIZED on both sides.
  void negotiate();
  /// From the request to the token, over the agreement that was negotiated last.
  void start_transfer();

 private:
  installation::World& world_;
  std::string provisioner_token_;
  std::vector<std::string> participants_urls_;  ///< of the tenants without a participant
  std::size_t participants_ = 0;
  json::Value offer_;
  std::string agreement_;
};

}  // namespace kontor::bench
