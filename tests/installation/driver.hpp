#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json/json.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "testing/async/run.hpp"

namespace kontor::installation {

/// Something is not as it should be. What was running ends with this text.
struct Failed {
  std::string why;
};

/// Throws Failed unless the condition holds.
void verify(bool holds, const std::string& what);

struct Answer {
  unsigned status = 0;
  std::string body;
  std::map<std::string, std::string> headers;

  json::Value json() const;
};

/// A call to one of the installations' APIs.
struct Request {
  std::string method = "GET";
  std::string url;
  std::string token = {};  ///< an access token; empty: none
  std::string body = {};
  std::string content_type = "application/json";
  std::chrono::seconds wait{0};                     ///< `Prefer: wait=N`
  std::map<std::string, std::string> headers = {};  ///< beside those that the others say
};

/// What asks a token service for an access token (OAuth2 client credentials).
Request token_request(const std::string& administration_url, const std::string& client,
                      const std::string& secret);

/// Sends requests as any client would and counts them.
class Driver {
 public:
  explicit Driver(std::string certificate_authority_file);
  ~Driver();

  Answer send(Request request);
  /// The same, and the status must be this one.
  Answer expect(unsigned status, Request request);
  /// An access token of a token service.
  std::string token(const std::string& administration_url, const std::string& client,
                    const std::string& secret);
  std::size_t messages() const { return messages_; }

  /// For requests side by side: an error is a request without an answer.
  Task<Result<Answer>> ask(Request request);
  /// For an answer without an end: its body as it comes. Errors also for another status than 200.
  Task<Result<std::shared_ptr<platform::http::BodyStream>>> stream(Request request);
  testing::RealLoop& loop() { return loop_; }
  /// Does something that blocks, while everything on the loop goes on.
  void aside(std::function<void()> work);

 private:
  platform::http::Request counted(Request request);

  testing::RealLoop loop_;
  std::unique_ptr<platform::async::Scope> scope_;
  std::unique_ptr<platform::http::Client> client_;
  platform::async::Offload offload_{1};
  std::size_t messages_ = 0;
};

/// A member of an object as text, or Failed.
std::string text_at(const json::Value& value, std::string_view key);

}  // namespace kontor::installation
