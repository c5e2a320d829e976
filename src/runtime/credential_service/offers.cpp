#include "runtime/credential_service/offers.hpp"

#include <algorithm>

#include "base/crypto/derived_uuid.hpp"
#include "platform/http/failure.hpp"
#include "protocol/dcp/normalise.hpp"
#include "runtime/credential_service/issuers.hpp"

namespace kontor::runtime::credential_service {

namespace dcp = protocol::dcp;
namespace engine = platform::engine;
namespace http = platform::http;
using platform::routing::Call;

namespace {

constexpr std::size_t offer_bytes_max = 64 * 1024;      ///< as we write it
constexpr std::size_t metadata_bytes_max = 256 * 1024;  ///< as it comes

/// Follows from what is offered, so that the same offer is found again. The policy in it is left out: issuers
/// are known that make another one for each offer of the same.
credential_offer::CredentialOfferId id_for(const ContextId& context,
                                           const dcp::CredentialOfferMessage& offer) {
  auto source = context.str() + "\n" + offer.issuer.str();
  for (auto object : offer.credentials) {
    object.issuance_policy.reset();
    source += "\n" + json::encode(object);
  }
  return credential_offer::CredentialOfferId(crypto::derived_uuid(source));
}

/// A place among the offers on their way into the store, so that many at once do not pass a bound together.
class Place {
 public:
  using All = std::multiset<std::pair<ContextId, Did>>;
  Place(All& all, const ContextId& context, const Did& issuer)
      : all_(all), at_(all.emplace(context, issuer)) {}
  ~Place() { all_.erase(at_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  All& all_;
  All::iterator at_;
};

/// All of a participant's, or those of one issuer.
std::uint64_t count(const Place::All& all, const ContextId& context, const Did* issuer) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      all, [&](const auto& each) { return each.first == context && (!issuer || each.second == *issuer); }));
}

Result<dcp::IssuerMetadata> metadata_in(const http::Response& response, const Did& issuer) {
  const auto status = response.status;
  if (status != 200) {
    return fail(http::failure_of(status), "the metadata of {} was answered {}", issuer, status);
  }
  auto value = json::parse(response.body.text, {.bytes_max = metadata_bytes_max});
  if (!value) return fail(std::move(value.error()), "the metadata of {}", issuer);
  auto metadata = json::decode_value<dcp::IssuerMetadata>(dcp::normalise(*value));
  if (!metadata) return fail(std::move(metadata.error()), "the metadata of {}", issuer);
  if (metadata->issuer != issuer)
    return fail(ErrorCode::peer_refused, "the metadata of {} is that of {}", issuer, metadata->issuer);
  return metadata;
}

}  // namespace

Offers::Offers(Services services, OffersConfig config) : services_(services), config_(config) {
  services_.engine.add<credential_offer::Machine>(
      [this](engine::Committed<credential_offer::Effect> effect) { return carry_out(std::move(effect)); });
}

Task<Result<void>> Offers::receive(Call call, dcp::CredentialOfferMessage message) {
  const verifier::PeerVerifier::Wanted wanted{.audience = call.context, .address = call.peer_address};
  auto issuer = co_await services_.verifier.verify(call.authorization, wanted, call.deadline);
  if (!issuer) co_return fail(std::move(issuer.error()));
  auto taken = co_await take(call, *issuer, std::move(message));
  if (taken || taken.error().row().http_status >= 500) co_return taken;
  auto used = co_await services_.verifier.turn_away(services_.engine.store(), std::move(*issuer), wanted);
  if (!used) co_return fail(std::move(used.error()));
  co_return fail(std::move(taken.error()));
}

Task<Result<void>> Offers::take(Call call, dcp::Caller issuer, dcp::CredentialOfferMessage message) {
  if (message.issuer != issuer.did)
    co_return fail(ErrorCode::forbidden, "{} cannot offer in the name of {}", issuer.did, message.issuer);
  if (json::encode(message).size() > offer_bytes_max)
    co_return fail(ErrorCode::too_large, "an offer of more than {} bytes", offer_bytes_max);
  auto said = co_await policy(call.context);
  if (!said) co_return fail(std::move(said.error()));
  auto judged_by = about(*said, issuer.did);
  const bool trusted = !judged_by.accepted_types.empty();
  const verifier::PeerVerifier::Wanted wanted{.audience = call.context, .address = call.peer_address};
  if (!trusted && !judged_by.asks)
    co_return co_await services_.verifier.turn_away(services_.engine.store(), std::move(issuer), wanted);

  const auto id = id_for(call.context, message);
  const Place place(under_way_, call.context, issuer.did);
  auto known = co_await services_.engine.load<credential_offer::Machine>(call.context, entity_id(id));
  if (known) {
    services_.verifier.note_refusal(issuer, wanted);
  } else {
    auto room = co_await check_room(call.context, issuer.did, trusted);
    if (!room) co_return room;
  }
  engine::Command command{call.context, entity_id(id), issuer.did.str(), call.trace};
  command.single_use.push_back(verifier::stored(issuer.single_use));
  credential_offer::OfferReceived event{id, issuer.did, std::move(message.credentials), std::move(judged_by)};
  auto applied =
      co_await services_.engine.apply<credential_offer::Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<void>> Offers::check_room(ContextId context, Did issuer, bool trusted) {
  const auto theirs = count(under_way_, context, &issuer);
  const auto all = count(under_way_, context, nullptr);
  protocol::query::Query query;
  if (!trusted) {
    auto kept = co_await services_.engine.store().count(context, credential_offer::Machine::kind(), query);
    if (!kept) co_return fail(std::move(kept.error()));
    if (*kept + all > config_.kept_max)
      co_return fail(ErrorCode::too_many_requests, "there are {} offers: no more are taken", *kept);
  }
  query.where = protocol::query::where("issuerDid", issuer.str());
  auto kept = co_await services_.engine.store().count(context, credential_offer::Machine::kind(), query);
  if (!kept) co_return fail(std::move(kept.error()));
  if (*kept + theirs > config_.per_issuer_max)
    co_return fail(ErrorCode::too_many_requests, "there are {} offers of {}: no more are taken", *kept,
                   issuer);
  co_return Result<void>{};
}

Task<Result<CredentialOfferPolicy>> Offers::policy(ContextId context) {
  auto stored = co_await stored_policy(std::move(context));
  if (!stored) co_return fail(std::move(stored.error()));
  co_return std::move(stored->entity);
}

/// With version 0 where nothing was said.
Task<Result<engine::Loaded<CredentialOfferPolicy>>> Offers::stored_policy(ContextId context) {
  auto owner = co_await services_.signing.did_of(context);
  if (!owner && owner.error().code != ErrorCode::not_found) co_return fail(std::move(owner.error()));
  if (!owner) co_return fail(ErrorCode::not_found, "there is no participant context '{}'", context);
  auto stored = co_await services_.engine.load<OfferPolicyDocument>(context, OfferPolicyDocument::id());
  if (!stored && stored.error().code == ErrorCode::not_found)
    co_return engine::Loaded<CredentialOfferPolicy>{};
  co_return stored;
}

Task<Result<void>> Offers::set_policy(Call call, CredentialOfferPolicy policy) {
  auto before = co_await stored_policy(call.context);
  if (!before) co_return fail(std::move(before.error()));
  engine::Command command{call.context, OfferPolicyDocument::id(), call.caller.subject, call.trace};
  co_return co_await services_.engine.put<OfferPolicyDocument>(std::move(command), policy, before->version);
}

Task<Result<Offers::Outcome>> Offers::carry_out(engine::Committed<credential_offer::Effect> effect) {
  if (const auto* read = std::get_if<credential_offer::ReadMetadata>(&*effect))
    co_return co_await read_metadata(read->issuer, effect.call());
  co_return co_await make_request(std::get<credential_offer::MakeRequest>(*effect), effect.call());
}

Task<Result<Offers::Outcome>> Offers::read_metadata(Did issuer, engine::EffectCall call) {
  auto endpoint = co_await issuer_endpoint(services_.resolver, issuer, call.deadline);
  if (!endpoint) co_return fail(std::move(endpoint.error()), "find the issuer {}", issuer);
  auto response = co_await services_.client.send(
      {"GET", *endpoint + "/metadata"},
      {.deadline = call.deadline, .body_bytes_max = metadata_bytes_max, .trace = call.trace});
  if (!response) co_return fail(std::move(response.error()), "read the metadata of {}", issuer);
  auto metadata = metadata_in(*response, issuer);
  if (!metadata) co_return fail(std::move(metadata.error()));
  auto said = co_await policy(call.context);
  if (!said) co_return fail(std::move(said.error()));
  co_return Outcome(
      credential_offer::MetadataRead{std::move(metadata->credentials_supported), about(*said, issuer)});
}

Task<Result<Offers::Outcome>> Offers::make_request(credential_offer::MakeRequest order,
                                                   engine::EffectCall call) {
  const dcp::HolderPid pid("offer-" + call.id.str());
  credential_request::RequestMade event{.holder_pid = pid,
                                        .issuer = std::move(order.issuer),
                                        .credentials = std::move(order.credentials),
                                        .renews = std::nullopt};
  auto made = co_await services_.engine.apply<credential_request::Machine>(
      {call.context, entity_id(pid), "system", call.trace}, std::move(event));
  // Made by an attempt before this one.
  if (!made && made.error().code != ErrorCode::conflict) co_return fail(std::move(made.error()));
  co_return Outcome(credential_offer::RequestMade{pid});
}

}  // namespace kontor::runtime::credential_service
