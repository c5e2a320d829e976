#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "testing/async/run.hpp"

namespace kontor::testing {

/// What a server may do to whoever asks it.
enum class Trick : std::uint8_t {
  endless_body,       ///< octets without end and without a length
  endless_chunks,     ///< the same in chunks
  announced_flood,    ///< a length beyond every measure, and octets without end
  slow_head,          ///< an octet of the head a second
  slow_body,          ///< an octet of the body a second
  silence,            ///< the request is taken, and that is all
  redirect_loop,      ///< a redirect to itself
  redirect_inside,    ///< a redirect to where the cloud keeps its secrets
  packed_bomb,        ///< a body of some kilobytes that unpacks to 64 MiB, which nobody asked for
  field_flood,        ///< fields of the head without end
  chunk_extension,    ///< an extension of a chunk without end
  trailer_flood,      ///< fields behind the body without end
  interim_flood,      ///< 100 Continue without end
  cut_off,            ///< fewer octets than announced, then the end
  cut_chunk,          ///< the same in chunks
  two_lengths,        ///< a message with two ends
  page,               ///< 200 and a page for people
  deep_document,      ///< 200 and JSON a million brackets deep
  refusal_in_octets,  ///< 400 with octets that are no text
  odd_location,       ///< 201 with a Location of many octets that are no text
  nothing,            ///< the connection ends at once
  no_tls,             ///< where TLS is spoken: plain text
  unfinished_tls,     ///< where TLS is spoken: a handshake that never ends
};

inline constexpr std::array all_tricks{
    Trick::endless_body,  Trick::endless_chunks, Trick::announced_flood,   Trick::slow_head,
    Trick::slow_body,     Trick::silence,        Trick::redirect_loop,     Trick::redirect_inside,
    Trick::packed_bomb,   Trick::field_flood,    Trick::chunk_extension,   Trick::trailer_flood,
    Trick::interim_flood, Trick::cut_off,        Trick::cut_chunk,         Trick::two_lengths,
    Trick::page,          Trick::deep_document,  Trick::refusal_in_octets, Trick::odd_location,
    Trick::nothing,       Trick::no_tls,         Trick::unfinished_tls};

std::string_view name_of(Trick trick);
/// Whether it is played before a word of HTTP is spoken, to who wants TLS.
bool wants_tls(Trick trick);

/// Somebody else's server that means harm, on loopback: answers each connection with its trick, octet by
/// octet, and keeps whoever asks for as long as it is let. Its pauses are on the loop's clock. Made after the
/// loop, destroyed before it.
class HostileServer {
 public:
  explicit HostileServer(EventLoop& loop);
  ~HostileServer();
  HostileServer(const HostileServer&) = delete;
  HostileServer& operator=(const HostileServer&) = delete;

  void play(Trick trick);
  /// Connects by itself to a port of loopback, says this, and once that is answered plays its trick to
  /// whoever asks on the connection.
  void dial(std::uint16_t port, std::string saying);
  std::string authority() const;  ///< `127.0.0.1:port`
  std::string url(std::string_view path = "") const;

  std::uint64_t sent_bytes() const;  ///< that somebody took, or that the network holds
  std::size_t begun() const;         ///< connections
  std::size_t ended() const;         ///< of these, by the other side or by the trick

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::testing
