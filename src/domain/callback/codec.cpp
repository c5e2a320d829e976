#include "base/json/codec.hpp"

#include "base/json/stored.hpp"
#include "domain/callback/decide.hpp"

namespace kontor::domain::callback {

Result<void> read(const json::Node& node, CallbackAddress& out) {
  json::ObjectReader in(node);
  in.required("uri", out.uri).optional("events", out.events).optional("transactional", out.transactional);
  in.optional("authKey", out.auth_key).optional("authCodeId", out.auth_code_id);
  return in.done();
}

json::Value write(const CallbackAddress& address) {
  json::ObjectWriter out;
  out.field("uri", address.uri).field("events", address.events).field("transactional", address.transactional);
  out.field("authKey", address.auth_key).field("authCodeId", address.auth_code_id);
  return out.done();
}

Result<void> read(const json::Node& node, Tell& out) {
  json::ObjectReader in(node);
  in.required("delivery", out.delivery).required("uri", out.uri);
  in.optional("authKey", out.auth_key).optional("authCodeId", out.auth_code_id);
  in.required("event", out.notice.name).required("process", out.notice.process);
  in.required("at", out.notice.at).required("body", out.notice.body);
  return in.done();
}

void write_members(json::ObjectWriter& out, const Tell& tell) {
  out.field("delivery", tell.delivery).field("uri", tell.uri);
  out.field("authKey", tell.auth_key).field("authCodeId", tell.auth_code_id);
  out.field("event", tell.notice.name).field("process", tell.notice.process);
  out.field("at", tell.notice.at).field("body", tell.notice.body);
}

Result<void> read(const json::Node& node, Loss& out) {
  json::ObjectReader in(node);
  in.required("event", out.event).required("reason", out.reason);
  return in.done();
}

json::Value write(const Loss& loss) {
  return json::ObjectWriter().field("event", loss.event).field("reason", loss.reason).done();
}

Result<void> read(const json::Node& node, Delivery& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("processId", out.process).required("address", out.address);
  in.optional("waiting", out.waiting).optional("seen", out.seen).optional("lastLoss", out.last_loss);
  in.optional("told", out.told).optional("lost", out.lost);
  return in.done();
}

json::Value write(const Delivery& delivery) {
  json::ObjectWriter out;
  out.field("id", delivery.id).field("processId", delivery.process).field("address", delivery.address);
  out.non_empty("waiting", delivery.waiting).non_empty("seen", delivery.seen);
  out.field("told", delivery.told).field("lost", delivery.lost);
  return out.field("lastLoss", delivery.last_loss).done();
}

Result<void> read(const json::Node& node, Call& out) {
  json::ObjectReader in(node);
  in.required("notice", out.id);
  if (auto done = in.done(); !done) return done;
  return read(node, out.tell);
}

json::Value write(const Call& call) {
  json::ObjectWriter out;
  out.field("notice", call.id);
  write_members(out, call.tell);
  return out.done();
}

namespace {

constexpr entity::Field fields[] = {
    {"id", "id"},
    {"processId", "processId", entity::FieldType::text, true},
    {"address", "address"},
};
constexpr entity::Kind delivery_kind{
    .name = "callback-delivery", .fields = fields, .keep_after_end = std::chrono::hours(24)};

}  // namespace

static_assert(entity::Machine<Machine>);

const entity::Kind& Machine::kind() {
  return delivery_kind;
}

std::string Machine::encode(const Entity& delivery) {
  return json::encode(delivery);
}

Result<Delivery> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Delivery>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(effect);
}

Result<Call> Machine::decode_effect(std::string_view stored) {
  return json::decode_stored<Call>(stored);
}

std::string Machine::event_body(const Entity& delivery, std::string_view) {
  json::ObjectWriter out;
  out.field("processId", delivery.process).field("address", delivery.address);
  if (delivery.last_loss)
    out.field("event", delivery.last_loss->event).field("reason", delivery.last_loss->reason);
  return json::serialize(out.done());
}

}  // namespace kontor::domain::callback
