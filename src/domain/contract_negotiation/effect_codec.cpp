#include "base/text/beginning.hpp"
#include "domain/contract_negotiation/codec.hpp"
#include "domain/contract_negotiation/decide.hpp"

namespace kontor::domain::contract_negotiation {
namespace {

/// The members that all messages share.
template <class E>
json::ObjectWriter begin(const E& effect, std::string_view name) {
  json::ObjectWriter out;
  out.field("effect", name).field("peer", effect.peer.id).field("address", effect.peer.address);
  out.field("profile", effect.peer.profile).field("message", effect.message);
  if (!effect.pids.provider.empty()) out.field("providerPid", effect.pids.provider);
  if (!effect.pids.consumer.empty()) out.field("consumerPid", effect.pids.consumer);
  return out;
}

template <class E>
void read_common(json::ObjectReader& in, E& out) {
  in.required("peer", out.peer.id)
      .required("address", out.peer.address)
      .required("profile", out.peer.profile);
  in.required("message", out.message);
  in.optional("providerPid", out.pids.provider).optional("consumerPid", out.pids.consumer);
}

template <class E>
json::Value write_proposal(const E& effect, std::string_view name) {
  auto out = begin(effect, name);
  return out.field("callbackAddress", effect.callback_address).field("offer", effect.offer).done();
}

json::Value write_one(const SendRequest& effect) {
  return write_proposal(effect, "send-request");
}
json::Value write_one(const SendOffer& effect) {
  return write_proposal(effect, "send-offer");
}
json::Value write_one(const SendAcceptance& effect) {
  return begin(effect, "send-acceptance").done();
}
json::Value write_one(const SendAgreement& effect) {
  return begin(effect, "send-agreement").field("agreement", effect.agreement).done();
}
json::Value write_one(const SendVerification& effect) {
  return begin(effect, "send-verification").done();
}
json::Value write_one(const SendFinalization& effect) {
  return begin(effect, "send-finalization").done();
}
json::Value write_one(const SendTermination& effect) {
  auto out = begin(effect, "send-termination");
  out.field("receiver", dsp::role_names.name(effect.receiver)).field("code", effect.reason.code);
  return out.non_empty("reason", effect.reason.reasons).done();
}
json::Value write_one(const TellOpener& effect) {
  return json::ObjectWriter().field("effect", "tell-opener").field("opener", effect.opener).done();
}

json::Value write_one(const callback::Tell& effect) {
  json::ObjectWriter out;
  out.field("effect", "tell-callback");
  callback::write_members(out, effect);
  return out.done();
}

void read_rest(json::ObjectReader& in, SendRequest& out) {
  in.optional("callbackAddress", out.callback_address).required("offer", out.offer);
}
void read_rest(json::ObjectReader& in, SendOffer& out) {
  in.optional("callbackAddress", out.callback_address).required("offer", out.offer);
}
void read_rest(json::ObjectReader& in, SendAgreement& out) {
  in.required("agreement", out.agreement);
}
void read_rest(json::ObjectReader& in, SendTermination& out) {
  in.optional("code", out.reason.code).optional("reason", out.reason.reasons);
  if (auto receiver = in.member("receiver")) {
    if (auto done = json::read_enum(*receiver, dsp::role_names, out.receiver); !done)
      in.refuse("receiver", "is no role");
  }
}
void read_rest(json::ObjectReader&, SendAcceptance&) {}
void read_rest(json::ObjectReader&, SendVerification&) {}
void read_rest(json::ObjectReader&, SendFinalization&) {}
void read_rest(json::ObjectReader& in, TellOpener& out) {
  in.required("opener", out.opener);
}

template <class E>
Result<void> read_one(json::ObjectReader& in, Effect& out) {
  E effect;
  if constexpr (ToPeer<E>) read_common(in, effect);
  read_rest(in, effect);
  out = std::move(effect);
  return in.done();
}

Result<void> read_tell(const json::Node& node, Effect& out) {
  return read(node, out.emplace<callback::Tell>());
}

struct Name {
  std::string_view operator()(const SendRequest&) const { return "send-request"; }
  std::string_view operator()(const SendOffer&) const { return "send-offer"; }
  std::string_view operator()(const SendAcceptance&) const { return "send-acceptance"; }
  std::string_view operator()(const SendAgreement&) const { return "send-agreement"; }
  std::string_view operator()(const SendVerification&) const { return "send-verification"; }
  std::string_view operator()(const SendFinalization&) const { return "send-finalization"; }
  std::string_view operator()(const SendTermination&) const { return "send-termination"; }
  std::string_view operator()(const callback::Tell&) const { return "tell-callback"; }
  std::string_view operator()(const TellOpener&) const { return "tell-opener"; }
};

}  // namespace

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write_one(one); }, effect);
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string name;
  in.required("effect", name);
  if (auto done = in.done(); !done) return done;
  if (name == "send-request") return read_one<SendRequest>(in, out);
  if (name == "send-offer") return read_one<SendOffer>(in, out);
  if (name == "send-acceptance") return read_one<SendAcceptance>(in, out);
  if (name == "send-agreement") return read_one<SendAgreement>(in, out);
  if (name == "send-verification") return read_one<SendVerification>(in, out);
  if (name == "send-finalization") return read_one<SendFinalization>(in, out);
  if (name == "send-termination") return read_one<SendTermination>(in, out);
  if (name == "tell-callback") return read_tell(node, out);
  if (name == "tell-opener") return read_one<TellOpener>(in, out);
  return invalid(node.pointer() + "/effect", "'{}' is no effect of a negotiation", text::beginning(name, 64));
}

std::string_view Machine::effect_name(const Effect& effect) {
  return std::visit(Name{}, effect);
}

bool Machine::wanted(const Entity& negotiation, const Effect& effect) {
  const auto is_wanted = [&]<class E>(const E& one) {
    if constexpr (ToPeer<E>) return one.message == negotiation.pending;
    return true;
  };
  return std::visit(is_wanted, effect);
}

std::string Machine::effect_group(const Effect& effect) {
  const auto group = []<class E>(const E& one) {
    if constexpr (ToPeer<E>) return one.peer.id.str();
    return std::string();
  };
  return std::visit(group, effect);
}

Event Machine::due_event(const Entity&) {
  return DecisionDue{};
}

std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  const bool no_answer = error.row().retry != Retry::never;
  if (std::holds_alternative<SendFinalization>(effect) && no_answer) return std::nullopt;
  const auto event = [&]<class E>(const E& one) -> std::optional<Event> {
    if constexpr (ToPeer<E>) return SendFailed{one.message, error.code, error.message()};
    return std::nullopt;
  };
  return std::visit(event, effect);
}

}  // namespace kontor::domain::contract_negotiation
