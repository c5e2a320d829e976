#pragma once

#include <cstddef>

#include "platform/http/message.hpp"

namespace kontor::platform::http {

/// A body whose octets the kernel can pass on, from the connection on which they come into a pipe, without a
/// copy in this process. Whoever gets such a body may read some pieces of it and have others passed.
class PassingBody : public BodyStream {
 public:
  /// Whether the next octets can be passed; they can be read in any case.
  virtual bool can_pass() const = 0;
  /// Passes what is there, at least one octet, into an empty pipe, and returns how many: 0 at the body's end.
  /// Only where `can_pass`. Errors: those of `read`.
  virtual Task<Result<std::size_t>> pass(int pipe, std::size_t bytes_max) = 0;
};

/// The same body as one that passes, or none if it never can.
inline PassingBody* as_passing(BodyStream* body) {
  return dynamic_cast<PassingBody*>(body);
}

}  // namespace kontor::platform::http
