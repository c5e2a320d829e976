#include "protocol/api/identity/offer_messages.hpp"

namespace kontor::protocol::api::identity {
namespace {

constexpr std::size_t trusted_issuers_max = 1000;
constexpr json::EnumNames<OtherOffers, 2> other_names{{
    {OtherOffers::ask, "ask"},
    {OtherOffers::ignore, "ignore"},
}};

}  // namespace

Result<void> read(const json::Node& node, TrustedOfferer& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).optional("supportedTypes", out.supported_types);
  return in.done();
}

json::Value write(const TrustedOfferer& offerer) {
  return json::ObjectWriter().field("id", offerer.id).field("supportedTypes", offerer.supported_types).done();
}

Result<void> read(const json::Node& node, CredentialOfferPolicy& out) {
  json::ObjectReader in(node);
  in.optional("trustedIssuers", out.trusted_issuers);
  if (in.ok() && out.trusted_issuers.size() > trusted_issuers_max)
    in.refuse("trustedIssuers", "has more than " + std::to_string(trusted_issuers_max) + " entries");
  if (auto others = in.member("others")) {
    if (auto done = json::read_enum(*others, other_names, out.others); !done) return done;
  }
  return in.done();
}

json::Value write(const CredentialOfferPolicy& policy) {
  return json::ObjectWriter()
      .field("trustedIssuers", policy.trusted_issuers)
      .field("others", other_names.name(policy.others))
      .done();
}

Result<void> read(const json::Node& node, CredentialOffer& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("issuerDid", out.issuer)
      .required("state", out.state)
      .required("credentials", out.credentials)
      .required("receivedAt", out.received_at)
      .optional("lapsesAt", out.lapses_at)
      .optional("holderPid", out.holder_pid)
      .optional("rejection", out.rejection)
      .optional("rejectionReason", out.rejection_reason);
  return in.done();
}

json::Value write(const CredentialOffer& offer) {
  return json::ObjectWriter()
      .field("id", offer.id)
      .field("issuerDid", offer.issuer)
      .field("state", offer.state)
      .field("credentials", offer.credentials)
      .field("receivedAt", offer.received_at)
      .field("lapsesAt", offer.lapses_at)
      .field("holderPid", offer.holder_pid)
      .field("rejection", offer.rejection)
      .field("rejectionReason", offer.rejection_reason)
      .done();
}

}  // namespace kontor::protocol::api::identity
