#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "base/json/json.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"
#include "testing/async/run.hpp"

namespace kontor::sdk_test {

/// The control plane of a data plane under test: sends signals, and keeps the callbacks and registrations
/// that come.
class Counterpart {
 public:
  struct Answer {
    unsigned status = 0;
    json::Object body;
    std::string location;
    std::string text(std::string_view member) const;
  };
  struct Letter {
    std::string target;
    json::Object body;
    std::string authorization;
  };

  Counterpart();
  ~Counterpart();

  std::string url() const;
  /// Base of the data plane's signalling, and what is sent with each signal.
  void speak_to(std::string plane_url, std::string token);
  Answer post(std::string path, const json::Object& body);
  Answer put(std::string path, const json::Object& body);
  Answer get(std::string path);
  /// To any address, with no token.
  Answer post_form(std::string url, std::string form);
  /// A prepare or start.
  static json::Object order(std::string process, std::string profile);
  /// The next thing that the plane sends. Fails the test when nothing comes.
  Letter next();
  /// The next thing that comes is answered so.
  void refuse_once(unsigned status) { refusal_ = status; }

 private:
  Task<platform::http::Response> take(platform::http::Request request);
  Answer send(std::string method, std::string path, std::string body);
  Answer answer_to(platform::http::Request request);
  Task<bool> wait_for_letter();

  testing::RealLoop loop_;
  platform::async::Scope scope_;
  platform::async::Signal signal_;
  std::unique_ptr<platform::http::Client> client_;
  std::unique_ptr<platform::http::Listener> listener_;
  std::deque<Letter> letters_;
  unsigned refusal_ = 0;
  std::string plane_url_;
  std::string token_;
};

/// A member of an address's `endpointProperties`.
std::string property(const json::Object& answer, std::string_view name);

}  // namespace kontor::sdk_test
