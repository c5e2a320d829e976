#pragma once

#include <string>
#include <vector>

#include "installation/installation.hpp"
#include "platform/async/signal.hpp"
#include "testing/party/party.hpp"

namespace kontor::bench {

/// An issuer on an installation, and one holder elsewhere that takes whatever it asked for, over DCP.
class Issuing {
 public:
  Issuing(installation::Driver& driver, testing::LoopbackServer& server,
          const installation::Installation& home);

  /// Issues at least so many credentials, a hundred with each request.
  void issue(std::size_t credentials);
  /// As the issuer names them.
  std::vector<std::string> ids();
  /// Where all of them have their places.
  const std::string& status_list_url() const { return list_url_; }
  std::string administration(const std::string& path) const;
  std::string governance_token() { return home_.governance_token(driver_); }

 private:
  void define(const std::string& token, std::size_t number);
  platform::http::Response take(const platform::http::Request& delivery);
  Task<std::string> request_one();
  Task<bool> delivered(std::size_t count);

  installation::Driver& driver_;
  const installation::Installation& home_;
  testing::Party holder_;
  platform::async::Signal arrived_;
  Did issuer_;
  std::string list_url_;
  std::size_t requested_ = 0;
  std::size_t deliveries_ = 0;
};

}  // namespace kontor::bench
