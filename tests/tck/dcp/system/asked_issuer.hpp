#pragma once

#include <memory>
#include <string>

#include "platform/async/scope.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/server.hpp"
#include "tck/dcp/system/parties.hpp"
#include "testing/async/run.hpp"

namespace kontor::tck::dcp {

/// Stands in for the counter-party's issuer until the holder under test has made its requests: a kit knows a
/// request by its id alone, and answers a new one with an error. Its address is free again when this object
/// has ended.
class AskedIssuer {
 public:
  AskedIssuer(kontor::testing::EventLoop& loop, const Parties& parties);
  ~AskedIssuer();
  AskedIssuer(const AskedIssuer&) = delete;
  AskedIssuer& operator=(const AskedIssuer&) = delete;

  /// Returns when so many were taken. Throws installation::Failed when they do not come.
  void await_requests(int count);

 private:
  Task<platform::http::Response> answer(platform::http::Request request);
  Task<bool> requested(int count);

  kontor::testing::EventLoop& loop_;
  std::string document_;  ///< of the issuer's DID
  platform::async::Scope scope_;
  platform::async::Signal taken_;
  int requests_ = 0;
  std::unique_ptr<platform::http::Listener> listener_;
};

}  // namespace kontor::tck::dcp
