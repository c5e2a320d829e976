#pragma once

#include <string>
#include <utility>
#include <vector>

#include "platform/http/internal/test_raw_server.hpp"

/// For tests: what a scripted server does, and bodies in pieces.
namespace kontor::platform::http {

inline constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request on every connection with the same bytes.
inline RawServer::Serve always(std::string answer) {
  return [answer](TestPeer peer, int) {
    return [](TestPeer p, std::string bytes) -> Task<void> {
      while (true) {
        auto head = co_await p.read_until("\r\n\r\n");
        if (head.empty()) co_return;
        co_await p.send(bytes);
      }
    }(std::move(peer), answer);
  };
}

/// Answers one request on each connection, then closes it.
inline RawServer::Serve once(std::string answer) {
  return [answer](TestPeer peer, int) {
    return [](TestPeer p, std::string bytes) -> Task<void> {
      co_await p.read_until("\r\n\r\n");
      co_await p.send(bytes);
    }(std::move(peer), answer);
  };
}

/// A body that comes in these pieces.
class Pieces : public BodyStream {
 public:
  explicit Pieces(std::vector<std::string> pieces) : pieces_(std::move(pieces)) {}
  Task<Result<std::string>> read() override {
    if (next_ == pieces_.size()) co_return std::string();
    co_return pieces_[next_++];
  }

 private:
  std::vector<std::string> pieces_;
  std::size_t next_ = 0;
};

}  // namespace kontor::platform::http
