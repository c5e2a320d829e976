#pragma once

#include <memory>

#include "platform/store/postgres/internal/connection.hpp"

namespace kontor::platform::store::postgres {

/// A connection that is made anew when it has broken. Used by one thread at a time.
class Link {
 public:
  explicit Link(SessionConfig config) : config_(std::move(config)) {}

  Result<Connection*> connection();

  /// One transaction that changes something. Its outcome is unknown when the connection breaks, so it is not
  /// repeated.
  Result<std::vector<Rows>> write(const std::vector<Command>& commands);
  /// One that changes nothing: repeated once when the connection turns out to have broken.
  Result<std::vector<Rows>> read(const std::vector<Command>& commands);

 private:
  SessionConfig config_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace kontor::platform::store::postgres
