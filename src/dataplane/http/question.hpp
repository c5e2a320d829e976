#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dataplane/source/source.hpp"

/// What a request to the public side asks of a source. Pure.
namespace kontor::dataplane::http {

namespace web = platform::http;

/// The token of `Bearer {token}`, or one that stands alone. None: anything else.
std::optional<std::string> access_token(std::string_view authorization);

struct Asking {
  std::string scheme;  ///< under which this data plane is known outside
  std::string authority;
  std::size_t body_bytes_max = 0;  ///< of a request
};

/// A request to `/api/data/{flowId}/…`: what lies behind the flow's id, and the fields that are the source's
/// to know. What concerns the connection stays here (RFC 9110 §7.6.1), and so does what says who asks and
/// from where: instead of that, `X-Forwarded-For`, `-Host` and `-Proto` are ours. A body that is longer than
/// its bound ends with too_large. Errors: too_large.
Result<source::Question> question_of(web::Request request, const Asking& asking);

}  // namespace kontor::dataplane::http
