#pragma once

#include <functional>
#include <string>
#include <vector>

#include "testing/party/party.hpp"

namespace kontor::testing {

/// What a party that keeps its keys to itself runs beside them, on its server: a secure token service, which
/// makes tokens in its name for whoever knows its client's secret, and a credential service, which stands in
/// its document and presents what it holds to whom it gave an access token. [DCP 1.0]
class Wallet {
 public:
  Wallet(Party& party, std::function<Instant()> now);
  Wallet(const Wallet&) = delete;
  Wallet& operator=(const Wallet&) = delete;

  std::string token_url() const { return party_.url("/token"); }
  const std::string& client() const { return party_.did().str(); }
  const std::string& secret() const { return secret_; }
  void hold(std::string credential) { credentials_.push_back(std::move(credential)); }
  /// How many tokens it has made.
  std::size_t made() const { return made_; }
  std::size_t presented() const { return presented_; }

 private:
  platform::http::Response give(const platform::http::Request& request);
  platform::http::Response present(const platform::http::Request& request);

  Party& party_;
  std::function<Instant()> now_;
  std::string secret_ = "what-nobody-but-the-wallet-and-its-client-knows";
  std::vector<std::string> credentials_;
  std::size_t made_ = 0;
  std::size_t presented_ = 0;
};

}  // namespace kontor::testing
