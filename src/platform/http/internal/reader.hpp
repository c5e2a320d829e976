#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/http/internal/parser.hpp"
#include "platform/http/internal/stream.hpp"

namespace kontor::platform::http {

/// Reads messages from a connection through one buffer. Errors: those of the connection (its end within a
/// message is peer_unavailable), malformed, too_large (a head above the bound).
class Reader {
 public:
  Reader(Stream& stream, std::size_t head_bytes_max) : stream_(stream), head_bytes_max_(head_bytes_max) {}

  /// Waits until a message begins: true with its first bytes, false at the orderly end of the connection.
  Task<Result<bool>> wait_for_bytes();
  Task<Result<Head>> read_head(MessageKind kind);
  /// The next piece of the body that follows, empty at its end.
  Task<Result<std::string>> read_body();
  /// Whether what comes next of the body comes from the connection and can be moved into a pipe.
  bool can_pass() const { return framing_ == Head::Framing::length && !buffered() && stream_.passes(); }
  /// The same as reading, into an empty pipe.
  Task<Result<std::size_t>> pass_body(int pipe, std::size_t bytes_max);
  /// Whether all of a body whose length is known has come.
  bool has_body() const { return framing_ == Head::Framing::length && left_ <= buffered_bytes(); }
  /// All of it, where `has_body`.
  std::string take_body();
  bool body_ended() const { return framing_ == Head::Framing::none; }
  /// Bytes of the body that are still to come, where that is known.
  std::uint64_t body_bytes_left() const { return left_; }

  bool buffered() const { return begin_ != end_; }
  std::size_t buffered_bytes() const { return end_ - begin_; }
  /// Of the body, since its reader keeps up.
  std::uint64_t moved() const { return moved_; }
  /// Whoever reads does not keep up: pieces begin small again.
  void slow_down();
  /// Gives the buffer back, unless something is buffered.
  void release();

 private:
  Task<Result<std::size_t>> fill();
  Task<Result<std::string>> read_length();
  Task<Result<std::string>> read_chunks();
  Task<Result<std::string>> read_until_close();
  void note_moved(std::size_t bytes);
  std::string_view bytes() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }
  std::string take(std::size_t bytes);
  void make_room();

  Stream& stream_;
  std::size_t head_bytes_max_;
  Parser parser_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t moved_ = 0;  // of the body, since it keeps up
  Head::Framing framing_ = Head::Framing::none;
  std::uint64_t left_ = 0;
};

}  // namespace kontor::platform::http
