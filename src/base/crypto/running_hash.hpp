#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace kontor::crypto {

/// The SHA-256 of what comes piece by piece (FIPS 180-4), for what is too large to be held. It cannot fail.
class RunningSha256 {
 public:
  RunningSha256();
  ~RunningSha256();
  RunningSha256(const RunningSha256&) = delete;
  RunningSha256& operator=(const RunningSha256&) = delete;

  void add(std::string_view piece);
  /// Of all pieces, as lower-case hexadecimal digits. Nothing is added after that.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::crypto
