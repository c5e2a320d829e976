#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/http/message.hpp"

namespace kontor::platform::http {

enum class MessageKind : std::uint8_t { request, response, response_to_head };

/// The start line and fields of a message.
struct Head {
  std::string method = {};  ///< of a request
  std::string target = {};
  unsigned status = 0;  ///< of a response
  bool http11 = true;
  bool keep_alive = true;
  bool expects_continue = false;
  Headers headers = {};

  enum class Framing : std::uint8_t { none, length, chunked, until_close };
  Framing framing = Framing::none;
  std::uint64_t length_bytes = 0;  ///< with Framing::length
};

/// Where a head ends: behind its empty line, or behind the first line that ends wrongly, which `Parser::head`
/// refuses. Nothing while it is incomplete. The bytes before `seen` were looked at earlier.
std::optional<std::size_t> find_head_end(std::string_view bytes, std::size_t seen);

/// Reads messages one after another, strictly: what another reader could understand differently is refused
/// (both or several framings, folded fields, bare line feeds, RFC 9112 §2.2, §5.2, §6.1, §11.2).
class Parser {
 public:
  Parser();
  ~Parser();

  /// Reads a complete head, the empty line included. Errors: malformed.
  Result<Head> head(std::string_view bytes, MessageKind kind);
  /// Reads some of a chunked body: appends its octets to `out` and returns how many bytes were used; 0 when a
  /// chunk's head is incomplete. Errors: malformed.
  Result<std::size_t> chunks(std::string_view bytes, std::string& out);
  bool chunks_ended() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace kontor::platform::http
