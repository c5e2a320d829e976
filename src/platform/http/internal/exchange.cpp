#include "platform/http/internal/exchange.hpp"

#include <algorithm>

#include "platform/http/internal/upgrade.hpp"
#include "platform/http/internal/writer.hpp"

namespace kontor::platform::http {
namespace {

constexpr int interim_responses_max = 8;

bool announces_empty_body(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH";
}

Framing framing_of(const Request& request) {
  if (upgrade_of(request.body)) return {};
  if (request.body.stream) {
    if (auto length = request.body.stream->length_bytes()) return {Framing::Kind::length, *length};
    return {Framing::Kind::chunked};
  }
  if (request.body.text.empty() && !announces_empty_body(request.method)) return {};
  return {Framing::Kind::length, request.body.text.size()};
}

Task<Result<void>> write_request(const Request& request, const Passage& passage, Stream& stream,
                                 std::function<void()> before_write) {
  auto framing = framing_of(request);
  std::string head;
  append_head(head, RequestHead{request, passage.target, passage.host, framing});
  const auto* upgrade = upgrade_of(request.body);
  if (upgrade) append_upgrade(head, *upgrade);
  if (upgrade || !request.body.stream)
    co_return co_await write_text(stream, head, request.body.text, before_write);
  std::string_view piece = head;
  auto begun = co_await stream.write(std::span(&piece, 1));
  if (!begun) co_return begun;
  BodyWriter writer{stream, framing, std::move(before_write)};
  auto written = co_await writer.write(*request.body.stream);
  if (!written && writer.source_failed()) stream.abort();
  co_return written;
}

}  // namespace

Task<Outcome> exchange(const Request& request, Passage passage, ClientConnection& connection,
                       async::Clock& clock) {
  auto& [stream, reader] = connection;
  stream->set_deadline(passage.deadline.at);
  auto before_write = [&] {
    if (request.body.stream) {
      stream->set_deadline(std::min(passage.deadline.at, clock.now() + passage.stall_timeout));
    }
  };
  auto written = co_await write_request(request, passage, *stream, before_write);
  const auto answered_by = request.body.stream ? clock.now() + passage.stall_timeout : Instant::max();
  stream->set_deadline(std::min(passage.deadline.at, answered_by));
  Outcome outcome{.head = Head{}, .sent = written.has_value()};
  const auto* upgrade = upgrade_of(request.body);
  for (int interim = 0; interim < interim_responses_max; ++interim) {
    // A peer that stops reading may have said why before it did.
    auto kind = request.method == "HEAD" ? MessageKind::response_to_head : MessageKind::response;
    outcome.head = co_await reader.read_head(kind);
    outcome.answered = outcome.answered || outcome.head || reader.buffered();
    if (!outcome.head && !written) outcome.head = fail(written.error());
    if (!outcome.head || outcome.head->status >= 200) co_return outcome;
    if (upgrade && outcome.head->status == switching_protocols) co_return outcome;
  }
  outcome.head = fail(ErrorCode::peer_unavailable, "the peer sends nothing but interim responses");
  co_return outcome;
}

Task<Result<std::string>> collect_body(Reader& reader, const Head& head, std::size_t bytes_max) {
  std::string text;
  while (head.length_bytes <= bytes_max && text.size() <= bytes_max) {
    auto piece = co_await reader.read_body();
    if (!piece) co_return broken_response(std::move(piece.error()));
    if (text.empty()) {
      text = std::move(*piece);
      text.reserve(head.length_bytes);
    } else {
      text += *piece;
    }
    if (!reader.body_ended()) continue;
    if (text.size() > bytes_max) break;
    co_return text;
  }
  co_return fail(ErrorCode::too_large, "the response is larger than {} bytes", bytes_max);
}

std::unexpected<Error> broken_response(Error error) {
  if (error.code != ErrorCode::malformed) return fail(std::move(error));
  return fail_as(ErrorCode::peer_unavailable, std::move(error), "the response cannot be read");
}

}  // namespace kontor::platform::http
