#pragma once

#include <openssl/bio.h>

#include <cstddef>
#include <span>
#include <string>

namespace kontor::platform::http {

/// What OpenSSL reads from and writes to instead of a socket: bytes that came and bytes that have to go.
/// Unlike BIO_s_mem it gives its memory back while a connection is idle.
class MemoryBio {
 public:
  /// Where the next bytes from the peer are to be put; `received` says how many came.
  std::span<char> space();
  void received(std::size_t bytes) { end_ = bytes; }
  void end_of_stream() { ended_ = true; }
  bool ended() const { return ended_; }
  bool has_received() const { return begin_ != end_; }

  std::string& outgoing() { return outgoing_; }
  void release();

  /// A BIO over this object, which must live longer.
  BIO* make();

 private:
  static const BIO_METHOD* method();
  static MemoryBio& of(BIO* bio);
  int read(BIO* bio, char* out, int size);
  int write(const char* bytes, int size);

  std::string incoming_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
  std::string outgoing_;
};

}  // namespace kontor::platform::http
