#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json/json.hpp"
#include "installation.hpp"

namespace kontor::simulation {

/// What ends a run as failed: something is not as it should be.
struct Failed {
  std::string why;
};

/// Throws Failed unless the condition holds.
void verify(bool holds, const std::string& what);
/// A member of an object as text, or Failed.
std::string text_at(const json::Value& value, std::string_view key);

/// Whose token a call carries.
struct Credentials {
  std::string client;
  std::string secret;
};

struct Call {
  std::string method = "GET";
  std::string url;
  std::string body = {};
  std::vector<unsigned> accepted = {200};
  Duration wait{0};  ///< `Prefer: wait=N`
};

struct Answer {
  unsigned status = 0;
  json::Value body;
};

/// Somebody who uses the APIs of an installation the way a sensible program does: repeats what got no answer
/// or a 5xx, and fetches a token anew when the old one is not taken.
class Customer {
 public:
  Customer(World& world, const Installation& home, Credentials credentials);

  /// Until an answer has one of the accepted statuses. Failed on any other that repeating does not change.
  Task<Answer> call(Call call);
  /// Times that a call had to be repeated because nobody knows whether it was carried out.
  unsigned repeated() const { return repeated_; }

 private:
  Task<Result<http::Response>> send(const Call& call);
  Task<bool> fetch_token();

  World& world_;
  const Installation& home_;
  Credentials credentials_;
  NetworkClient client_;
  std::string token_;
  unsigned repeated_ = 0;
};

}  // namespace kontor::simulation
