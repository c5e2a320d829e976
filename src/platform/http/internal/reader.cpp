#include "platform/http/internal/reader.hpp"

#include <algorithm>

namespace kontor::platform::http {
namespace {

// With the octet that ends a string they are sizes of the allocator's.
constexpr std::size_t buffer_bytes_min = 8 * 1024 - 1;
constexpr std::size_t buffer_bytes_max = 64 * 1024;
constexpr std::size_t chunk_head_bytes_max = 16 * 1024;
constexpr std::size_t piece_bytes_min = 8 * 1024 - 1;
constexpr std::size_t piece_bytes_max = 256 * 1024;
// A piece is so small a part of it: the kernel takes less for a reader that stands still.
constexpr std::uint64_t pieces_before = 512;

Error closed_within_a_message() {
  return {ErrorCode::peer_unavailable, "the peer closed the connection within a message", {}, {}};
}

}  // namespace

Task<Result<bool>> Reader::wait_for_bytes() {
  if (buffered()) co_return true;
  auto size = co_await fill();
  if (!size) co_return fail(std::move(size.error()));
  co_return *size > 0;
}

Task<Result<Head>> Reader::read_head(MessageKind kind) {
  std::size_t seen = 0;
  while (true) {
    auto end = find_head_end(bytes(), seen);
    if (end.value_or(bytes().size()) > head_bytes_max_) {
      co_return fail(ErrorCode::too_large, "a head has at most {} bytes", head_bytes_max_);
    }
    if (end) {
      auto head = parser_.head(bytes().substr(0, *end), kind);
      begin_ += *end;
      if (!head) co_return head;
      framing_ = head->framing;
      left_ = head->length_bytes;
      moved_ = 0;
      co_return head;
    }
    seen = bytes().size();
    auto size = co_await fill();
    if (!size) co_return fail(std::move(size.error()));
    if (*size == 0) co_return fail(closed_within_a_message());
  }
}

Task<Result<std::string>> Reader::read_body() {
  switch (framing_) {
    case Head::Framing::length:
      return read_length();
    case Head::Framing::chunked:
      return read_chunks();
    case Head::Framing::until_close:
      return read_until_close();
    case Head::Framing::none:
      break;
  }
  return []() -> Task<Result<std::string>> { co_return std::string(); }();
}

std::string Reader::take_body() {
  auto body = take(left_);
  note_moved(body.size());
  return body;
}

Task<Result<std::string>> Reader::read_length() {
  std::string piece;
  if (buffered()) {
    piece = take(std::min<std::uint64_t>(left_, end_ - begin_));
  } else {
    // Past the buffer, straight into the piece. Pieces grow with what has passed, so that what a slow reader
    // leaves in memory is small.
    release();
    const auto most = std::clamp<std::uint64_t>(moved_ / pieces_before, piece_bytes_min, piece_bytes_max);
    piece.resize_and_overwrite(std::min(left_, most), [](char*, std::size_t bytes) { return bytes; });
    auto size = co_await stream_.read(piece);
    if (!size) co_return fail(std::move(size.error()));
    if (*size == 0) co_return fail(closed_within_a_message());
    piece.resize(*size);
  }
  note_moved(piece.size());
  co_return piece;
}

void Reader::note_moved(std::size_t bytes) {
  left_ -= bytes;
  moved_ += bytes;
  if (left_ == 0) framing_ = Head::Framing::none;
}

Task<Result<std::size_t>> Reader::pass_body(int pipe, std::size_t bytes_max) {
  auto moved = co_await stream_.pass_into(pipe, std::min<std::uint64_t>(left_, bytes_max));
  if (!moved) co_return moved;
  if (*moved == 0) co_return fail(closed_within_a_message());
  note_moved(*moved);
  co_return moved;
}

Task<Result<std::string>> Reader::read_chunks() {
  std::string piece;
  while (true) {
    auto used = parser_.chunks(bytes(), piece);
    if (!used) co_return fail(std::move(used.error()));
    begin_ += *used;
    if (parser_.chunks_ended()) framing_ = Head::Framing::none;
    if (!piece.empty() || body_ended()) co_return piece;
    if (end_ - begin_ >= chunk_head_bytes_max)
      co_return fail(ErrorCode::malformed, "a chunk's head is too long");
    auto size = co_await fill();
    if (!size) co_return fail(std::move(size.error()));
    if (*size == 0) co_return fail(closed_within_a_message());
  }
}

Task<Result<std::string>> Reader::read_until_close() {
  if (!buffered()) {
    auto size = co_await fill();
    if (!size) co_return fail(std::move(size.error()));
    if (*size == 0) framing_ = Head::Framing::none;
  }
  co_return take(end_ - begin_);
}

void Reader::slow_down() {
  moved_ = 0;
}

void Reader::release() {
  if (buffered()) return;
  begin_ = end_ = 0;
  buffer_ = std::string();
}

Task<Result<std::size_t>> Reader::fill() {
  make_room();
  auto size = co_await stream_.read(std::span(buffer_).subspan(end_));
  if (size) end_ += *size;
  co_return size;
}

// The buffer is large enough for a head or for a chunk's, and grows while the peer fills it.
void Reader::make_room() {
  auto was_full = end_ == buffer_.size() && end_ > 0;
  if (begin_ > 0) {
    std::copy(buffer_.begin() + begin_, buffer_.begin() + end_, buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.empty()) buffer_.resize(buffer_bytes_min);
  auto bytes_max = std::max(buffer_bytes_max, head_bytes_max_ + 1);
  if (was_full && buffer_.size() < bytes_max) buffer_.resize(std::min(buffer_.size() * 2, bytes_max));
}

std::string Reader::take(std::size_t bytes) {
  std::string taken(buffer_, begin_, bytes);
  begin_ += bytes;
  return taken;
}

}  // namespace kontor::platform::http
