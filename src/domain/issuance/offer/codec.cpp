#include "domain/issuance/offer/codec.hpp"

namespace kontor::domain::issuance::offer {

Result<void> read(const json::Node& node, Offer& out) {
  json::ObjectReader in(node);
  in.required("id", out.id)
      .required("holderId", out.holder)
      .required("holderDid", out.holder_did)
      .required("credentials", out.credentials)
      .optional("reason", out.reason);
  auto state = in.member("state");
  if (!state) in.refuse("state", "is required");
  if (auto done = in.done(); !done) return done;
  return json::read_enum(*state, state_names, out.state);
}

json::Value write(const Offer& offer) {
  return json::ObjectWriter()
      .field("id", offer.id)
      .field("holderId", offer.holder)
      .field("holderDid", offer.holder_did)
      .field("credentials", offer.credentials)
      .field("state", state_names.name(offer.state))
      .field("reason", offer.reason)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  SendOffer send;
  json::ObjectReader in(node);
  in.constant("type", "SendOffer").required("id", send.id);
  out = std::move(send);
  return in.done();
}

json::Value write(const Effect& effect) {
  return json::ObjectWriter().field("type", "SendOffer").field("id", std::get<SendOffer>(effect).id).done();
}

}  // namespace kontor::domain::issuance::offer
