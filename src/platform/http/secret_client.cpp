#include "platform/http/secret_client.hpp"

#include <algorithm>

#include "platform/http/url.hpp"

namespace kontor::platform::http {

Task<Result<Response>> SecretClient::send(Request request, SendOptions options) {
  if (options.trust == Trust::foreign) {
    if (auto good = check(request.target); !good) co_return fail(std::move(good.error()));
  }
  co_return co_await client_.send(std::move(request), options);
}

Result<void> SecretClient::check(std::string_view address) const {
  auto url = parse_url(address);
  if (!url) return fail(std::move(url.error()));
  const auto listed = [&](const std::string& host) { return host == url->host || host == url->authority(); };
  if (url->secure() || std::ranges::any_of(plain_http_hosts_, listed)) return {};
  return fail(ErrorCode::address_refused, "{} would be sent a secret without TLS: it needs an https address",
              url->authority());
}

}  // namespace kontor::platform::http
