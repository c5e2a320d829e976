#include <map>

#include "base/json/codec.hpp"
#include "protocol/dcp/tokens.hpp"
#include "runtime/credential_service/credentials.hpp"

namespace kontor::runtime::credential_service {

namespace dcp = protocol::dcp;
namespace vc = protocol::vc;
using domain::key_pair::Usage;
using platform::routing::Call;

Task<Result<dcp::PresentationResponseMessage>> Credentials::present(Call call,
                                                                    dcp::PresentationQueryMessage query) {
  if (query.presentation_definition) {
    co_return fail(ErrorCode::not_implemented, "presentationDefinition is not supported: ask by scope");
  }
  const verifier::PeerVerifier::Wanted wanted{
      .audience = call.context, .access_token_required = true, .address = call.peer_address};
  auto caller = co_await services_.verifier.verify(call.authorization, wanted, call.deadline);
  if (!caller) co_return fail(std::move(caller.error()));
  auto response = co_await answer(std::move(call), *caller, std::move(query));
  if (!response && response.error().row().http_status < 500) services_.verifier.note_refusal(*caller, wanted);
  co_return response;
}

Task<Result<dcp::PresentationResponseMessage>> Credentials::answer(Call call, dcp::Caller verifier,
                                                                   dcp::PresentationQueryMessage query) {
  auto requested = dcp::parse_scopes(query.scope);
  if (!requested) co_return fail(std::move(requested.error()));
  auto token = protocol::jose::parse_jwt(*verifier.access_token);
  if (!token) co_return fail_as(ErrorCode::unauthenticated, std::move(token.error()), "the access token");
  auto key = co_await services_.signing.own_key(call.context, token->jws.header.kid.value_or(""));
  if (!key) co_return fail(std::move(key.error()));
  auto holder = co_await services_.signing.did_of(call.context);
  if (!holder) co_return fail(std::move(holder.error()));
  const auto now = services_.engine.clock().now();
  ++signatures_checked_;
  auto grant =
      dcp::verify_access_token(*token, *key, {.now = now, .holder = *holder, .presenter = verifier.did});
  if (!grant) co_return fail(std::move(grant.error()));

  platform::store::Transaction used;
  used.single_use = {verifier::stored(verifier.single_use), verifier::stored(grant->single_use)};
  auto committed = co_await services_.engine.store().commit(call.context, std::move(used));
  if (!committed) co_return fail(std::move(committed.error()));

  auto held = co_await held_.of(call.context);
  if (!held) co_return fail(std::move(held.error()));
  std::map<vc::Format, std::vector<std::string>> by_format;
  const credential::PresentationScopes scopes{std::move(grant->scopes), std::move(*requested)};
  for (const auto* each : credential::answer(**held, scopes, now)) {
    by_format[each->credential.format].push_back(each->token);
  }
  dcp::PresentationResponseMessage response;
  for (auto& [format, tokens] : by_format) {
    vc::PresentationContent content{.holder = *holder,
                                    .audience = verifier.did,
                                    .id = new_uuid(services_.engine.random()),
                                    .credentials = std::move(tokens),
                                    .now = now};
    auto presentation = co_await presentation_of(call.context, format, std::move(content));
    if (!presentation) co_return fail(std::move(presentation.error()));
    response.presentation.push_back(json::write(*presentation));
  }
  co_return response;
}

Task<Result<std::string>> Credentials::presentation_of(ContextId context, vc::Format format,
                                                       vc::PresentationContent content) {
  auto inner = co_await services_.signing.sign(
      context, Usage::sign_presentation, [format, content](const vc::Signer& signer) {
        return vc::presentation_signing_input(format, content, signer);
      });
  if (!inner || format == vc::Format::vc1_0_jwt) co_return inner;
  auto presentation = std::move(*inner);
  co_return co_await services_.signing.sign(
      std::move(context), Usage::sign_presentation,
      [presentation](const vc::Signer& signer) { return vc::envelope_signing_input(presentation, signer); });
}

}  // namespace kontor::runtime::credential_service
