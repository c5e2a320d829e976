#include "platform/http/internal/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text/text.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t slice_bytes = 256 * 1024;
constexpr std::size_t head_bytes_usual = 512;

struct Reason {
  unsigned status;
  std::string_view phrase;
};
constexpr Reason reasons[] = {{200, "OK"},
                              {201, "Created"},
                              {202, "Accepted"},
                              {204, "No Content"},
                              {206, "Partial Content"},
                              {301, "Moved Permanently"},
                              {302, "Found"},
                              {303, "See Other"},
                              {304, "Not Modified"},
                              {307, "Temporary Redirect"},
                              {308, "Permanent Redirect"},
                              {400, "Bad Request"},
                              {401, "Unauthorized"},
                              {403, "Forbidden"},
                              {404, "Not Found"},
                              {405, "Method Not Allowed"},
                              {406, "Not Acceptable"},
                              {408, "Request Timeout"},
                              {409, "Conflict"},
                              {410, "Gone"},
                              {412, "Precondition Failed"},
                              {413, "Content Too Large"},
                              {415, "Unsupported Media Type"},
                              {416, "Range Not Satisfiable"},
                              {417, "Expectation Failed"},
                              {422, "Unprocessable Content"},
                              {428, "Precondition Required"},
                              {429, "Too Many Requests"},
                              {431, "Request Header Fields Too Large"},
                              {500, "Internal Server Error"},
                              {501, "Not Implemented"},
                              {502, "Bad Gateway"},
                              {503, "Service Unavailable"},
                              {504, "Gateway Timeout"}};

std::string_view reason_phrase(unsigned status) {
  auto* found = std::ranges::find(reasons, status, &Reason::status);
  return found == std::end(reasons) ? std::string_view() : found->phrase;
}

bool is_named(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() && text::equal_ignoring_case(name, wanted);
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 5> ours = {"content-length", "transfer-encoding", "connection",
                                                    "keep-alive", "proxy-connection"};
  return std::ranges::any_of(ours, [&](std::string_view own) { return is_named(name, own); });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_framing(std::string& out, const Framing& framing) {
  if (framing.kind == Framing::Kind::length)
    append_field(out, "Content-Length", std::to_string(framing.length_bytes));
  if (framing.kind == Framing::Kind::chunked) append_field(out, "Transfer-Encoding", "chunked");
}

}  // namespace

std::string_view DateText::at(Instant now) {
  auto second = epoch_seconds(now);
  if (second == second_) return text_;
  second_ = second;
  constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  auto midnight = std::chrono::floor<std::chrono::days>(now);
  std::chrono::year_month_day date(midnight);
  std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - midnight));
  text_ = fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                      days[std::chrono::weekday(midnight).c_encoding()], static_cast<unsigned>(date.day()),
                      months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                      time.hours().count(), time.minutes().count(), time.seconds().count());
  return text_;
}

void append_head(std::string& out, const ResponseHead& head) {
  auto status = head.response.status;
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ");
  out.append(reason_phrase(status)).append("\r\n");
  bool dated = false;
  bool announced = head.framing.kind != Framing::Kind::none;
  for (const auto& [name, value] : head.response.headers.fields()) {
    // The answer to HEAD may announce the length that GET would give.
    auto length_of_get = !announced && status != 204 && is_named(name, "content-length");
    if (is_ours(name) && !length_of_get) continue;
    dated = dated || is_named(name, "date");
    append_field(out, name, value);
  }
  if (!dated) append_field(out, "Date", head.date);
  append_framing(out, head.framing);
  if (!head.keep_alive) append_field(out, "Connection", "close");
  if (head.keep_alive && !head.http11) append_field(out, "Connection", "keep-alive");
  out += "\r\n";
}

void append_head(std::string& out, const RequestHead& head) {
  out.reserve(head_bytes_usual);
  out.append(head.request.method).append(" ").append(head.target).append(" HTTP/1.1\r\n");
  append_field(out, "Host", head.host);
  for (const auto& [name, value] : head.request.headers.fields()) {
    if (!is_ours(name) && !is_named(name, "host")) append_field(out, name, value);
  }
  append_framing(out, head.framing);
  out += "\r\n";
}

Task<Result<void>> BodyWriter::write(BodyStream& body) {
  auto* const passing = as_passing(&body);
  while (true) {
    source_failed_ = true;
    auto next = has_pipe_for(passing) ? pass_piece(*passing) : write_piece(body);
    auto written = co_await std::move(next);
    if (!written) co_return fail(std::move(written.error()));
    if (*written == 0) break;
  }
  const bool is_short = framing_.kind == Framing::Kind::length && left_ > 0;
  if (is_short)
    co_return fail(ErrorCode::internal, "a body is {} bytes shorter than it was announced", left_);
  source_failed_ = false;
  if (framing_.kind != Framing::Kind::chunked) co_return Result<void>{};
  std::string_view end = "0\r\n\r\n";
  before_write_();
  auto written = co_await stream_.write(std::span(&end, 1));
  co_return written;
}

Task<Result<std::size_t>> BodyWriter::write_piece(BodyStream& body) {
  auto piece = co_await body.read();
  if (!piece) co_return fail(std::move(piece.error()), "read the body that is to be sent");
  if (piece->empty()) co_return 0u;
  if (framing_.kind == Framing::Kind::length) {
    if (piece->size() > left_) co_return fail(ErrorCode::internal, "a body is longer than it was announced");
    left_ -= piece->size();
  }
  source_failed_ = false;
  auto chunked = framing_.kind == Framing::Kind::chunked;
  auto head = chunked ? fmt::format("{:x}\r\n", piece->size()) : std::string();
  std::array<std::string_view, 3> pieces = {head, *piece, chunked ? "\r\n" : ""};
  before_write_();
  auto written = co_await stream_.write(pieces);
  if (!written) co_return fail(std::move(written.error()));
  co_return piece->size();
}

/// A body of known length alone is passed: of another one each piece has a head of its own.
bool BodyWriter::has_pipe_for(const PassingBody* body) {
  if (!body || !pipes_ || framing_.kind != Framing::Kind::length || left_ == 0) return false;
  if (!stream_.passes() || !body->can_pass()) return false;
  if (!pipe_) {
    if (auto pipe = Pipe::open(*pipes_)) pipe_.emplace(std::move(*pipe));
  }
  return pipe_.has_value();
}

Task<Result<std::size_t>> BodyWriter::pass_piece(PassingBody& body) {
  auto moved = co_await body.pass(pipe_->input(), std::min<std::uint64_t>(left_, Pipe::bytes_max));
  if (!moved) co_return fail(std::move(moved.error()), "read the body that is to be sent");
  left_ -= *moved;
  source_failed_ = false;
  before_write_();
  auto written = co_await stream_.pass_from(pipe_->output(), *moved);
  if (!written) co_return fail(std::move(written.error()));
  co_return moved;
}

Task<Result<void>> write_text(Stream& stream, std::string_view head, std::string_view text,
                              const std::function<void()>& before_write) {
  auto first = text.substr(0, slice_bytes);
  std::array<std::string_view, 2> pieces = {head, first};
  before_write();
  auto written = co_await stream.write(pieces);
  for (auto rest = text.substr(first.size()); written && !rest.empty();) {
    auto slice = rest.substr(0, slice_bytes);
    rest.remove_prefix(slice.size());
    before_write();
    written = co_await stream.write(std::span(&slice, 1));
  }
  co_return written;
}

}  // namespace kontor::platform::http
