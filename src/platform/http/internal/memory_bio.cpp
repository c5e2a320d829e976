#include "platform/http/internal/memory_bio.hpp"

#include <algorithm>
#include <cstring>

#include "base/result/result.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t incoming_bytes = 17 * 1024;  // one TLS record
constexpr std::size_t outgoing_kept_bytes = 4 * 1024;

}  // namespace

std::span<char> MemoryBio::space() {
  invariant(!has_received(), "TLS asks for bytes only when it has read what there was");
  incoming_.resize(incoming_bytes);
  begin_ = end_ = 0;
  return incoming_;
}

void MemoryBio::release() {
  if (!has_received()) {
    begin_ = end_ = 0;
    incoming_ = std::string();
  }
  if (outgoing_.empty() && outgoing_.capacity() > outgoing_kept_bytes) outgoing_ = std::string();
}

int MemoryBio::read(BIO* bio, char* out, int size) {
  BIO_clear_retry_flags(bio);
  if (!has_received()) {
    if (ended_) return 0;
    BIO_set_retry_read(bio);
    return -1;
  }
  auto bytes = std::min(static_cast<std::size_t>(size), end_ - begin_);
  std::memcpy(out, incoming_.data() + begin_, bytes);
  begin_ += bytes;
  return static_cast<int>(bytes);
}

int MemoryBio::write(const char* bytes, int size) {
  outgoing_.append(bytes, static_cast<std::size_t>(size));
  return size;
}

MemoryBio& MemoryBio::of(BIO* bio) {
  return *static_cast<MemoryBio*>(BIO_get_data(bio));
}

const BIO_METHOD* MemoryBio::method() {
  static const BIO_METHOD* const shared = [] {
    auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "kontor memory");
    invariant(made != nullptr, "OpenSSL makes a BIO method");
    BIO_meth_set_read(made, [](BIO* bio, char* out, int size) { return of(bio).read(bio, out, size); });
    BIO_meth_set_write(made,
                       [](BIO* bio, const char* bytes, int size) { return of(bio).write(bytes, size); });
    BIO_meth_set_ctrl(made, [](BIO* bio, int command, long, void*) -> long {
      if (command == BIO_CTRL_FLUSH) return 1;
      if (command == BIO_CTRL_EOF) return of(bio).ended_ && !of(bio).has_received() ? 1 : 0;
      return 0;
    });
    return made;
  }();
  return shared;
}

BIO* MemoryBio::make() {
  auto* bio = BIO_new(method());
  invariant(bio != nullptr, "OpenSSL makes a BIO");
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace kontor::platform::http
