#include "domain/credential_offer/codec.hpp"

#include "domain/credential_request/codec.hpp"

namespace kontor::domain::credential_offer {

static Result<void> read(const json::Node& node, Refusal& out) {
  json::ObjectReader in(node);
  in.required("reason", out.reason);
  if (auto kind = in.member("kind")) {
    if (auto done = json::read_enum(*kind, refusal_names, out.kind); !done) return done;
  }
  return in.done();
}

static json::Value write(const Refusal& refusal) {
  return json::ObjectWriter()
      .field("kind", refusal_names.name(refusal.kind))
      .field("reason", refusal.reason)
      .done();
}

Result<void> read(const json::Node& node, CredentialOffer& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("issuerDid", out.issuer)
      .required("credentials", out.credentials)
      .required("complete", out.complete)
      .required("receivedAt", out.received_at)
      .optional("lapsesAt", out.lapses_at)
      .optional("holderPid", out.holder_pid)
      .optional("refusal", out.refusal);
  if (auto state = in.member("state")) {
    if (auto done = json::read_state_name(*state, state_codes, out.state); !done) return done;
  }
  return in.done();
}

json::Value write(const CredentialOffer& offer) {
  return json::ObjectWriter()
      .field("id", offer.id)
      .field("issuerDid", offer.issuer)
      .field("credentials", offer.credentials)
      .field("state", state_codes.name(offer.state))
      .field("complete", offer.complete)
      .field("receivedAt", offer.received_at)
      .field("lapsesAt", offer.lapses_at)
      .field("holderPid", offer.holder_pid)
      .field("refusal", offer.refusal)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type);
  if (type == "ReadMetadata") {
    ReadMetadata metadata;
    in.required("issuerDid", metadata.issuer);
    out = std::move(metadata);
  } else if (type == "MakeRequest") {
    MakeRequest make;
    in.required("issuerDid", make.issuer).required("credentials", make.credentials);
    out = std::move(make);
  } else {
    in.refuse("type", "is no effect of a credential offer");
  }
  return in.done();
}

static json::Value write(const ReadMetadata& one) {
  return json::ObjectWriter().field("type", "ReadMetadata").field("issuerDid", one.issuer).done();
}

static json::Value write(const MakeRequest& make) {
  return json::ObjectWriter()
      .field("type", "MakeRequest")
      .field("issuerDid", make.issuer)
      .field("credentials", make.credentials)
      .done();
}

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write(one); }, effect);
}

}  // namespace kontor::domain::credential_offer
