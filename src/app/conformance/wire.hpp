#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/crypto/keys.hpp"
#include "base/json/json.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"

namespace kontor::app::conformance {

/// What the planes under test sent us.
struct Letter {
  std::string
      what;  ///< `prepare`, `started`; a callback: `callback:prepared`; of the protocol: `request`, `START`
  std::string body;
  std::string authorization;
};

/// Our side of the wire, as the control plane's data plane and counter-party and as the data plane's control
/// plane and client: sends to the planes under test and takes what they send, each message into the box of
/// the process that it is about.
class Wire {
 public:
  Wire(platform::async::Scope& scope, platform::async::Clock& clock, Random& random);
  ~Wire();

  /// Before anything else; 0: any free port. Errors: invalid_input, when it is taken.
  Result<void> listen(int port);

  std::string address() const;
  /// A prepare or start under this agreement is answered with 202.
  void answer_later(std::string agreement) { later_.insert(std::move(agreement)); }
  /// The next callback about the process is answered so.
  void refuse_once(std::string process, unsigned status) { refusals_[std::move(process)] = status; }

  std::size_t refused() const { return refused_; }
  /// The form of the last request for a token.
  const std::string& token_request() const { return token_request_; }

  struct Answer {
    unsigned status = 0;
    std::string body;
    platform::http::Headers headers;
    bool taken() const { return status >= 200 && status < 300; }
  };
  Task<Result<Answer>> send(std::string method, std::string url, std::string body, std::string authorization);
  Task<Result<Answer>> post(std::string url, json::Object body, std::string authorization = {});
  Task<Result<Answer>> get(std::string url, std::string authorization = {});
  Task<Result<Answer>> post_form(std::string url, std::string form, std::string authorization);

  /// The next message about a process. Errors: peer_refused when none comes.
  Task<Result<Letter>> next(std::string process);
  bool has_letter(const std::string& process) const;

  /// A token that we sign as the client of a token renewal.
  std::string client_token(const std::string& audience, const std::string& access_token) const;
  std::string client_did() const;
  /// A token that we sign as a plane that registered our key set.
  std::string plane_token(const std::string& plane) const;
  json::Value key_set() const;

  platform::async::Clock& clock() { return clock_; }
  Random& random() { return random_; }
  Task<void> stop();

 private:
  Task<platform::http::Response> take(platform::http::Request request);
  platform::http::Response deliver(const std::string& process, Letter letter);
  platform::http::Response answer_to_order(const std::string& what, const json::Object& message);
  platform::http::Response did_document() const;

  struct Box {
    std::deque<Letter> letters;
    std::unique_ptr<platform::async::Signal> signal;
  };
  Box& box(const std::string& process);

  platform::async::Scope& scope_;
  platform::async::Clock& clock_;
  Random& random_;
  crypto::PrivateKey key_;
  std::unique_ptr<platform::http::Client> client_;
  std::unique_ptr<platform::http::Listener> listener_;
  std::map<std::string, Box> boxes_;
  std::set<std::string> later_;
  std::map<std::string, unsigned> refusals_;
  std::size_t refused_ = 0;
  std::string token_request_;
};

}  // namespace kontor::app::conformance
