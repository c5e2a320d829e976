#pragma once

#include <cstdint>
#include <string>

#include "base/lru/lru.hpp"
#include "base/result/result.hpp"
#include "platform/async/clock.hpp"

namespace kontor::runtime::client_secrets {

/// Holds up whoever guesses: after ten wrong secrets for one client from one address, the next one from there
/// has to wait, twice as long each time, five minutes at most. Elsewhere the client is as free as before, so
/// nobody shuts a client out by guessing. An hour without a guess is a new beginning, and so is a restart:
/// nothing of this is stored. Used on the io thread.
class Guesses {
 public:
  struct Place {
    std::string client;
    std::string address;  ///< from which it is asked
  };
  explicit Guesses(platform::async::Clock& clock);

  /// Errors: too_many_requests, with the time that is left.
  Result<void> check(const Place& place);
  void wrong(const Place& place);
  void right(const Place& place);

 private:
  struct Row {
    std::uint32_t wrong = 0;  ///< in a row
    Instant free_at;
  };

  platform::async::Clock& clock_;
  Lru<std::string, Row> rows_;
};

}  // namespace kontor::runtime::client_secrets
