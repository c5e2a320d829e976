#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>

#include "base/json/json.hpp"
#include "platform/async/signal.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"

namespace kontor::tck::dsp {

/// A message of the connector, as it came.
struct Letter {
  std::string path;
  std::string body;
};

/// Our side of the wire: sends to the connector and takes what it sends, each message into the letter box of
/// the process of ours that it is about. A process that the connector opens is known by its dataset or
/// agreement before it has our pid.
class Wire {
 public:
  Wire(platform::async::Scope& scope, platform::async::Clock& clock);
  ~Wire();

  std::string address() const;
  /// Our pid for what is about this dataset or agreement.
  static std::string pid_for(const std::string& key) { return "kit-" + key; }
  /// From now on messages to this pid are taken; to others, 404.
  void open_box(const std::string& pid);

  /// As the kit, or with a token of the connector's own token service.
  Task<Result<platform::http::Response>> post(std::string url, json::Object body, std::string token = {});
  Task<Result<std::string>> token(std::string url);
  Task<Result<platform::http::Response>> get(std::string url, bool authorized = true);
  /// The next message to a pid. Errors: peer_refused when none comes.
  Task<Result<Letter>> next(std::string pid);
  /// The path of a message to this pid that nobody waited for; empty: there is none.
  std::string unread(const std::string& pid) const;

  platform::async::Clock& clock() { return clock_; }
  Task<void> stop();

 private:
  Task<platform::http::Response> take(platform::http::Request request);
  Task<Result<platform::http::Response>> send(platform::http::Request request, bool authorized);

  struct Box {
    std::deque<Letter> letters;
    std::unique_ptr<platform::async::Signal> signal;
  };
  platform::async::Scope& scope_;
  platform::async::Clock& clock_;
  std::unique_ptr<platform::http::Client> client_;
  std::unique_ptr<platform::http::Listener> listener_;
  std::map<std::string, Box> boxes_;
};

/// The context of every message of the protocol.
json::Array protocol_context();

}  // namespace kontor::tck::dsp
