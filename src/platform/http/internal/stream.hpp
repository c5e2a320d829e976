#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result/result.hpp"
#include "platform/async/clock.hpp"

namespace kontor::platform::http {

/// A connection as the protocol sees it, with or without TLS. One operation at a time. Errors of all
/// operations: peer_unavailable, timeout, cancelled.
class Stream {
 public:
  virtual ~Stream() = default;

  /// Reads what is there, at least one byte; 0 at the orderly end.
  virtual Task<Result<std::size_t>> read(std::span<char> buffer) = 0;
  /// Returns when `read` would not wait. Holds no buffers meanwhile.
  virtual Task<Result<void>> wait_readable() = 0;
  /// Writes all pieces, gathered; at most `pieces_max` of them.
  virtual Task<Result<void>> write(std::span<const std::string_view> pieces) = 0;
  /// Whether the kernel can pass octets on from and to this connection: the two operations that follow.
  virtual bool passes() const { return false; }
  /// Moves what is there, at least one octet, into an empty pipe; 0 at the orderly end.
  virtual Task<Result<std::size_t>> pass_into([[maybe_unused]] int pipe,
                                              [[maybe_unused]] std::size_t bytes_max) {
    return []() -> Task<Result<std::size_t>> {
      co_return fail(ErrorCode::internal, "this connection passes nothing on");
    }();
  }
  /// Moves so many octets, which are in the pipe, to the peer.
  virtual Task<Result<void>> pass_from([[maybe_unused]] int pipe, [[maybe_unused]] std::size_t bytes) {
    return []() -> Task<Result<void>> {
      co_return fail(ErrorCode::internal, "this connection passes nothing on");
    }();
  }
  /// Says that nothing more will be written.
  virtual Task<void> finish() = 0;

  /// From this moment on operations, also the one under way, end with `timeout`, until another moment is set.
  virtual void set_deadline(Instant at) = 0;
  /// Ends the connection at once; operations under way end with `cancelled`.
  virtual void abort() = 0;
  /// Neither closed by the peer nor holding bytes nobody asked for: fit for another request.
  virtual bool quiet() = 0;

  /// The subject of the certificate that the peer proved to own, if there is one.
  virtual std::optional<std::string> peer_subject() const { return std::nullopt; }

  static constexpr std::size_t pieces_max = 4;
};

}  // namespace kontor::platform::http
