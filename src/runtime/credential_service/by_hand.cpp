#include "runtime/credential_service/credentials.hpp"

namespace kontor::runtime::credential_service {

namespace engine = platform::engine;
namespace identity_api = protocol::api::identity;
namespace vc = protocol::vc;
using platform::routing::Call;

namespace {

/// Where a manifest holds what was found wrong with its token.
constexpr std::string_view token_at = "/verifiableCredentialContainer/rawVc";
constexpr std::size_t id_bytes_max = 512;

std::unexpected<Error> not_this_token(const Error& error) {
  return invalid(std::string(token_at), "{}", error.detail);
}

Result<vc::SignedCredential> read_token(const identity_api::CredentialManifest& manifest) {
  auto parsed = vc::parse_credential(manifest.raw);
  if (!parsed) return not_this_token(parsed.error());
  if (manifest.format && *manifest.format != parsed->format())
    return invalid("/verifiableCredentialContainer/format", "the token is of the format {}",
                   vc::format_names.name(parsed->format()));
  return parsed;
}

Result<void> check_named(const identity_api::CredentialManifest& manifest, const ContextId& context,
                         bool replaces) {
  if (manifest.participant_context_id && *manifest.participant_context_id != context)
    return invalid("/participantContextId", "must be that of the path");
  if (replaces && !manifest.id) return invalid("/id", "is required: which credential is replaced");
  if (manifest.id && manifest.id->size() > id_bytes_max) return invalid("/id", "is too long");
  return {};
}

}  // namespace

Task<Result<void>> Credentials::put(Call call, identity_api::CredentialManifest manifest, bool replaces) {
  auto holder = co_await services_.signing.did_of(call.context);
  if (!holder) co_return fail(std::move(holder.error()));
  if (auto named = check_named(manifest, call.context, replaces); !named)
    co_return fail(std::move(named.error()));
  auto parsed = read_token(manifest);
  if (!parsed) co_return fail(std::move(parsed.error()));
  auto& content = parsed->credential;
  if (!manifest.id) manifest.id = content.id.empty() ? new_uuid(services_.engine.random()) : content.id;
  const credential::CredentialId id(*manifest.id);
  std::vector<Room::Coming> coming{{id, parsed->token.size()}};
  if (replaces) {
    auto there = co_await services_.engine.load<credential::Machine>(call.context, entity_id(id));
    if (!there) co_return fail(std::move(there.error()));
  }
  auto places = co_await room_.take(call.context, std::move(coming));
  if (!places && places.error().row().retry == Retry::later) co_return fail(std::move(places.error()));
  if (!places) co_return not_this_token(places.error());
  auto good = co_await check_delivered(call, content.issuer, *parsed);
  if (!good && good.error().row().retry == Retry::later) co_return fail(std::move(good.error()));
  if (!good) co_return not_this_token(good.error());
  credential::Store kept{.id = id,
                         .token = std::move(parsed->token),
                         .credential = std::move(content),
                         .object_id = {},
                         .issuance_policy = std::move(manifest.issuance_policy),
                         .reissuance_policy = std::move(manifest.reissuance_policy),
                         .metadata = std::move(manifest.metadata),
                         .warn_before = config_.expiry_warnings};
  engine::Command command{call.context, entity_id(id), call.caller.subject, call.trace};
  credential::Event event = std::move(kept);
  if (replaces) event = credential::Replace{std::get<credential::Store>(std::move(event))};
  auto applied = co_await services_.engine.apply<credential::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

}  // namespace kontor::runtime::credential_service
