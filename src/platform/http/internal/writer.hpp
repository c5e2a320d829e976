#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time/time.hpp"
#include "platform/http/internal/pipe.hpp"
#include "platform/http/internal/stream.hpp"
#include "platform/http/message.hpp"
#include "platform/http/passing.hpp"

namespace kontor::platform::http {

/// How a message that is written says where its body ends.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t length_bytes = 0;
};

/// The Date field's text, made once a second.
class DateText {
 public:
  std::string_view at(Instant now);

 private:
  std::int64_t second_ = -1;
  std::string text_;
};

struct ResponseHead {
  const Response& response;
  Framing framing;
  bool http11 = true;
  bool keep_alive = true;
  std::string_view date;
};

/// Status line and fields. Framing and connection fields are ours: those in the response are left out.
void append_head(std::string& out, const ResponseHead& head);

struct RequestHead {
  const Request& request;
  std::string_view target;
  std::string_view host;
  Framing framing;
};
void append_head(std::string& out, const RequestHead& head);

/// Writes a body that comes piece by piece, once. `before_write` is called before each wait for the peer, to
/// set a deadline. Errors: those of the connection; of the body's source; internal, when the source breaks
/// its announced length. After an error the message is incomplete and the connection unusable.
class BodyWriter {
 public:
  /// Without `pipes` everything passes through memory.
  BodyWriter(Stream& stream, Framing framing, std::function<void()> before_write, PipeBudget* pipes = nullptr)
      : stream_(stream),
        framing_(framing),
        before_write_(std::move(before_write)),
        pipes_(pipes),
        left_(framing.length_bytes) {}

  Task<Result<void>> write(BodyStream& body);
  /// The error is not the connection's.
  bool source_failed() const { return source_failed_; }

 private:
  Task<Result<std::size_t>> write_piece(BodyStream& body);
  Task<Result<std::size_t>> pass_piece(PassingBody& body);
  bool has_pipe_for(const PassingBody* body);

  Stream& stream_;
  Framing framing_;
  std::function<void()> before_write_;
  PipeBudget* pipes_;
  std::optional<Pipe> pipe_ = {};
  std::uint64_t left_;
  bool source_failed_ = false;
};

/// Writes text that exists already, behind `head`, in slices that each have a deadline of their own.
Task<Result<void>> write_text(Stream& stream, std::string_view head, std::string_view text,
                              const std::function<void()>& before_write);

}  // namespace kontor::platform::http
