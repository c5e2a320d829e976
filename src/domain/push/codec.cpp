#include "base/json/codec.hpp"

#include "base/json/stored.hpp"
#include "domain/push/decide.hpp"

namespace kontor::domain::push {
namespace {

constexpr json::EnumNames<State, 3> state_names{
    {{State::sending, "sending"}, {State::resting, "resting"}, {State::failed, "failed"}}};

}  // namespace

Result<void> read(const json::Node& node, SentPart& out) {
  json::ObjectReader in(node);
  in.required("name", out.name).required("bytes", out.bytes).required("sha256", out.sha256);
  return in.done();
}

json::Value write(const SentPart& part) {
  return json::ObjectWriter()
      .field("name", part.name)
      .field("bytes", part.bytes)
      .field("sha256", part.sha256)
      .done();
}

Result<void> read(const json::Node& node, Push& out) {
  json::ObjectReader in(node);
  std::string state;
  std::uint64_t patience = 0;
  in.required("flow", out.flow).required("state", state).required("order", out.order);
  in.required("round", out.round).required("patienceMilliseconds", patience);
  in.optional("quietUntil", out.quiet_until).optional("through", out.through).optional("beyond", out.beyond);
  in.optional("newest", out.newest).required("parts", out.parts).required("bytes", out.bytes);
  in.optional("lastError", out.last_error);
  out.patience = std::chrono::milliseconds(patience);
  if (const auto value = state_names.value(state)) {
    out.state = *value;
  } else if (in.ok()) {
    in.refuse("state", "is no known name");
  }
  return in.done();
}

json::Value write(const Push& push) {
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(push.patience).count();
  return json::ObjectWriter()
      .field("flow", push.flow)
      .field("state", state_names.name(push.state))
      .field("order", push.order)
      .field("round", push.round)
      .field("patienceMilliseconds", static_cast<std::uint64_t>(patience))
      .field("quietUntil", push.quiet_until)
      .field("through", push.through)
      .non_empty("beyond", push.beyond)
      .non_empty("newest", push.newest)
      .field("parts", push.parts)
      .field("bytes", push.bytes)
      .non_empty("lastError", push.last_error)
      .done();
}

Result<void> read(const json::Node& node, Send& out) {
  json::ObjectReader in(node);
  in.required("flow", out.flow).required("round", out.round);
  return in.done();
}

json::Value write(const Send& send) {
  return json::ObjectWriter().field("flow", send.flow).field("round", send.round).done();
}

const entity::Kind& Machine::kind() {
  static constexpr entity::Field fields[] = {{.name = "state", .path = "state"}};
  static constexpr entity::Kind kind{.name = "push",
                                     .codec_version = 1,
                                     .fields = fields,
                                     .keep_after_end = std::chrono::hours(24 * 30),
                                     .protocol = entity::Protocol::dps};
  return kind;
}

std::string Machine::encode(const Entity& push) {
  return json::encode(push);
}

Result<Push> Machine::decode(std::string_view stored, std::uint32_t) {
  return json::decode_stored<Push>(stored);
}

std::string Machine::encode_effect(const Effect& effect) {
  return json::encode(std::get<Send>(effect));
}

Result<Effect> Machine::decode_effect(std::string_view stored) {
  auto send = json::decode_stored<Send>(stored);
  if (!send) return fail(std::move(send.error()));
  return Effect(std::move(*send));
}

std::optional<push::Event> Machine::failed(const Effect& effect, const Error& error) {
  return Broken{std::get<Send>(effect).round, error.message()};
}

std::string Machine::event_body(const Entity& push, std::string_view happened) {
  if (happened != "data.push.part.acknowledged" || push.newest.empty()) return "{}";
  return json::encode(push.newest.back());
}

}  // namespace kontor::domain::push
