#include "protocol/api/secure_token/routes.hpp"

#include "runtime/secure_token_service/secure_tokens.hpp"

namespace kontor::runtime::secure_token_service {

namespace api = protocol::api::secure_token;
namespace token = protocol::api::token;
using platform::engine::Command;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

Task<Result<Reply<token::TokenResponse>>> issue(SecureTokens& tokens, Call call, api::TokenRequest request) {
  auto issued = co_await tokens.issue(std::move(request), std::move(call.peer_address));
  if (!issued) co_return fail(std::move(issued.error()));
  Reply<token::TokenResponse> reply{std::move(*issued)};
  reply.headers.set("Cache-Control", "no-store");
  co_return reply;
}

/// About the account of the context: which id it has is not the caller's to say.
Command command_of(const Call& call) {
  return {call.context, EntityId(), call.caller.subject, call.trace};
}

Task<Result<Reply<Nothing>>> set_secret(SecureTokens& tokens, Call call, token::ClientSecret body) {
  auto overlap = client_secrets::check_overlap(body.previous_good_for_seconds);
  if (!overlap) co_return fail(std::move(overlap.error()));
  auto done = co_await tokens.set_secret(command_of(call), crypto::Secret(body.client_secret), *overlap);
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> close(SecureTokens& tokens, Call call) {
  auto done = co_await tokens.close(command_of(call));
  if (!done) co_return fail(std::move(done.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_routes(platform::routing::Router& router, SecureTokens& tokens) {
  router.bind(api::request_token, [&tokens](Call call, api::TokenRequest request) {
    return issue(tokens, std::move(call), std::move(request));
  });
  router.bind(api::set_account_secret, [&tokens](Call call, token::ClientSecret body) {
    return set_secret(tokens, std::move(call), std::move(body));
  });
  router.bind(api::close_account, [&tokens](Call call, Nothing) { return close(tokens, std::move(call)); });
}

}  // namespace kontor::runtime::secure_token_service
