#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "platform/async/clock.hpp"
#include "platform/http/internal/tcp.hpp"

/// For tests: the other side of a connection, byte by byte.
namespace kontor::platform::http {

class TestPeer {
 public:
  explicit TestPeer(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  static Task<TestPeer> connect(async::Clock& clock, std::uint16_t port) {
    Endpoint endpoint{*parse_address("127.0.0.1"), port};
    auto stream = co_await connect_tcp(clock, endpoint, async::Deadline::never());
    invariant(stream.has_value(), "a test reaches its server");
    co_return TestPeer(std::move(*stream));
  }

  Task<bool> send(std::string text) {
    std::string_view piece = text;
    auto written = co_await stream_->write(std::span(&piece, 1));
    co_return written.has_value();
  }

  /// Everything until the other side closes or breaks off.
  Task<std::string> read_to_end() {
    while (true) {
      auto more = co_await read_more();
      if (!more) co_return std::exchange(received_, {});
    }
  }

  /// Everything up to and including `end`; less when the other side closes.
  Task<std::string> read_until(std::string end) {
    while (true) {
      auto place = received_.find(end);
      if (place != std::string::npos) {
        auto taken = received_.substr(0, place + end.size());
        received_.erase(0, taken.size());
        co_return taken;
      }
      auto more = co_await read_more();
      if (!more) co_return std::exchange(received_, {});
    }
  }

  /// Reads exactly this many bytes, or fewer when the other side closes.
  Task<std::size_t> skip(std::size_t bytes) {
    while (received_.size() < bytes) {
      auto more = co_await read_more();
      if (!more) break;
    }
    auto skipped = std::min(bytes, received_.size());
    received_.erase(0, skipped);
    co_return skipped;
  }

  Stream& stream() { return *stream_; }
  void close() { stream_->abort(); }

 private:
  Task<bool> read_more() {
    std::string piece(16 * 1024, '\0');
    auto size = co_await stream_->read(piece);
    if (!size || *size == 0) co_return false;
    received_.append(piece, 0, *size);
    co_return true;
  }

  std::unique_ptr<Stream> stream_;
  std::string received_;
};

}  // namespace kontor::platform::http
