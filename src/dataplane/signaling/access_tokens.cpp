#include "dataplane/signaling/access_tokens.hpp"

#include <array>

#include "base/crypto/hash.hpp"
#include "base/text/encoding.hpp"
#include "base/text/text.hpp"
#include "platform/store/store.hpp"

namespace kontor::dataplane::signaling {

using platform::store::installation_context;
using platform::vault::SecretName;

namespace {

constexpr std::string_view key_name = "data-plane-token-key";
constexpr std::size_t token_bytes_max = 1024;
constexpr std::size_t code_characters = 43;  ///< 32 octets in base64url
/// No id of a grant has it, so no access token is a refresh token.
constexpr std::string_view refresh_mark{"\0refresh", 8};

}  // namespace

Task<Result<void>> AccessTokens::prepare() {
  const SecretName name{std::string(key_name)};
  auto kept = co_await vault_.get_secret(installation_context(), name);
  if (!kept && kept.error().code != ErrorCode::not_found) {
    co_return fail(std::move(kept.error()), "read the key of the data plane's tokens");
  }
  if (!kept) {
    std::array<std::byte, 32> fresh{};
    random_.fill(fresh);
    auto put = co_await vault_.put_secret(installation_context(), name, crypto::Secret(BytesView(fresh)));
    crypto::wipe(fresh);
    if (!put) co_return fail(std::move(put.error()), "keep a key for the data plane's tokens");
    // Two processes may start at once: what the vault holds now is the key of both.
    kept = co_await vault_.get_secret(installation_context(), name);
    if (!kept) co_return fail(std::move(kept.error()), "read the key of the data plane's tokens");
  }
  key_ = std::move(*kept);
  co_return Result<void>{};
}

Result<std::string> AccessTokens::token_of(const ContextId& context,
                                           const domain::data_flow::GrantId& grant) const {
  return derived(context, grant.str());
}

Result<std::string> AccessTokens::refresh_token_of(const ContextId& context,
                                                   const domain::data_flow::GrantId& grant) const {
  return derived(context, grant.str() + std::string(refresh_mark));
}

Result<std::string> AccessTokens::derived(const ContextId& context, std::string_view what) const {
  if (key_.empty()) return fail(ErrorCode::unavailable, "the key of the data plane's tokens is not read yet");
  const auto message = context.str() + '\0' + std::string(what);
  const auto code = crypto::hmac_sha256({key_.bytes(), bytes_of(message)});
  return text::base64url_encode(bytes_of(context.str())) + "." + text::base64url_encode(code);
}

Result<domain::data_flow::Grant> AccessTokens::new_grant(const ContextId& context,
                                                         domain::data_flow::Direction direction,
                                                         Instant now) const {
  const domain::data_flow::GrantId id{new_uuid(random_)};
  auto token = token_of(context, id);
  if (!token) return fail(std::move(token.error()));
  domain::data_flow::Grant grant{.id = id,
                                 .token_sha256 = crypto::sha256_hex(*token),
                                 .refresh_token_sha256 = {},
                                 .issued_at = now,
                                 .expires_at = {}};
  if (!lifetime_ || direction == domain::data_flow::Direction::push) return grant;
  auto refresh_token = refresh_token_of(context, id);
  if (!refresh_token) return fail(std::move(refresh_token.error()));
  grant.refresh_token_sha256 = crypto::sha256_hex(*refresh_token);
  grant.expires_at = now + *lifetime_;
  return grant;
}

std::optional<ContextId> context_in(std::string_view token) {
  if (token.size() > token_bytes_max) return std::nullopt;
  auto halves = text::split_once(token, '.');
  if (!halves || halves->second.size() != code_characters) return std::nullopt;
  auto context = text::base64url_decode(halves->first);
  if (!context || context->empty() || !text::is_utf8(text_of(*context))) return std::nullopt;
  return ContextId(std::string(text_of(*context)));
}

}  // namespace kontor::dataplane::signaling
