#include "domain/issuance/issued_credential/codec.hpp"

namespace kontor::domain::issuance::issued_credential {

Result<void> read(const json::Node& node, StatusSlot& out) {
  json::ObjectReader in(node);
  in.required("list", out.list).required("purpose", out.purpose).required("index", out.index);
  return in.done();
}

json::Value write(const StatusSlot& slot) {
  return json::ObjectWriter()
      .field("list", slot.list)
      .field("purpose", slot.purpose)
      .field("index", slot.index)
      .done();
}

Result<void> read(const json::Node& node, IssuedCredential& out) {
  json::ObjectReader in(node);
  protocol::vc::Format format = protocol::vc::Format::vc1_0_jwt;
  in.required("id", out.id)
      .required("process", out.process)
      .required("holderId", out.holder)
      .required("credentialDefinition", out.definition)
      .required("format", format)
      .optional("slots", out.slots)
      .optional("reason", out.reason);
  auto state = in.member("state");
  auto credential = in.member("credential");
  if (!state) in.refuse("state", "is required");
  if (!credential) in.refuse("credential", "is required");
  if (auto done = in.done(); !done) return done;
  auto content = protocol::vc::read_resource(*credential);
  if (!content) return fail(std::move(content.error()));
  out.credential = std::move(*content);
  out.credential.format = format;
  return json::read_enum(*state, state_names, out.state);
}

json::Value write(const IssuedCredential& credential) {
  return json::ObjectWriter()
      .field("id", credential.id)
      .field("process", credential.process)
      .field("holderId", credential.holder)
      .field("credentialDefinition", credential.definition)
      .field("format", credential.credential.format)
      .field("credential", protocol::vc::write_resource(credential.credential))
      .field("slots", credential.slots)
      .field("state", state_names.name(credential.state))
      .field("reason", credential.reason)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  MarkStatus mark;
  json::ObjectReader in(node);
  in.constant("type", "MarkStatus")
      .required("list", mark.list)
      .required("index", mark.index)
      .required("value", mark.value);
  out = std::move(mark);
  return in.done();
}

json::Value write(const Effect& effect) {
  const auto& mark = std::get<MarkStatus>(effect);
  return json::ObjectWriter()
      .field("type", "MarkStatus")
      .field("list", mark.list)
      .field("index", mark.index)
      .field("value", mark.value)
      .done();
}

}  // namespace kontor::domain::issuance::issued_credential
