#pragma once

#include <memory>

#include "platform/http/client.hpp"
#include "platform/http/server.hpp"
#include "tck/dcp/system/system.hpp"

namespace kontor::tck::dcp {

/// Where a counter-party makes the verifier under test ask it for credentials. Whatever it says there in
/// which form, `kontor` gets the catalog request that the Dataspace Protocol knows, under the caller's own
/// Authorization header, and the caller gets what `kontor` answered.
class Trigger {
 public:
  /// Throws installation::Failed when its port is taken. Ends with the scope, and must live until then.
  Trigger(platform::async::Scope& scope, platform::async::Clock& clock, System::TriggerPlan plan);

 private:
  Task<platform::http::Response> pass_on(platform::http::Request request);

  platform::async::Clock& clock_;
  std::string catalog_url_;
  std::unique_ptr<platform::http::Client> client_;
  std::unique_ptr<platform::http::Listener> listener_;
};

}  // namespace kontor::tck::dcp
