#include "base/text/beginning.hpp"
#include "domain/contract_negotiation/codec.hpp"
#include "domain/contract_negotiation/decide.hpp"
#include "protocol/odrl/policy_text.hpp"

namespace kontor::domain::contract_negotiation {
namespace {

/// The members that all messages share.
template <class E>
void write_common(json::ObjectText& out, const E& effect) {
  out.field("peer", effect.peer.id).field("address", effect.peer.address);
  out.field("profile", effect.peer.profile).field("message", effect.message);
  if (!effect.pids.provider.empty()) out.field("providerPid", effect.pids.provider);
  if (!effect.pids.consumer.empty()) out.field("consumerPid", effect.pids.consumer);
}

template <class E>
void read_common(json::ObjectReader& in, E& out) {
  in.required("peer", out.peer.id)
      .required("address", out.peer.address)
      .required("profile", out.peer.profile);
  in.required("message", out.message);
  in.optional("providerPid", out.pids.provider).optional("consumerPid", out.pids.consumer);
}

void write_rest(json::ObjectText& out, const SendRequest& effect) {
  out.field("callbackAddress", effect.callback_address).field("offer", effect.offer);
}
void write_rest(json::ObjectText& out, const SendOffer& effect) {
  out.field("callbackAddress", effect.callback_address).field("offer", effect.offer);
}
void write_rest(json::ObjectText& out, const SendAgreement& effect) {
  out.field("agreement", effect.agreement);
}
void write_rest(json::ObjectText& out, const SendTermination& effect) {
  out.field("receiver", dsp::role_names.name(effect.receiver)).field("code", effect.reason.code);
  out.non_empty("reason", effect.reason.reasons);
}
void write_rest(json::ObjectText&, const SendAcceptance&) {}
void write_rest(json::ObjectText&, const SendVerification&) {}
void write_rest(json::ObjectText&, const SendFinalization&) {}
void write_rest(json::ObjectText& out, const TellOpener& effect) {
  out.field("opener", effect.opener);
}
void write_rest(json::ObjectText& out, const callback::Tell& effect) {
  json::ObjectWriter members;
  callback::write_members(members, effect);
  for (const auto& member : members.done().as_object()) out.field(member.key(), member.value());
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

void append(std::string& text, const Effect& effect) {
  json::ObjectText out(text);
  out.field("effect", Machine::effect_name(effect));
  const auto write_members = [&]<class E>(const E& one) {
    if constexpr (ToPeer<E>) write_common(out, one);
    write_rest(out, one);
  };
  std::visit(write_members, effect);
  out.end();
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
    if constexpr (ToPeer<E>) {
      const bool again = negotiation.awaits_peer() && one.message == negotiation.last_message();
      return again || one.message == negotiation.pending;
    }
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

std::optional<Instant> Machine::due_at(const Entity& negotiation) {
  if (negotiation.waiting) return negotiation.waiting->until;
  if (!negotiation.awaits_peer() || negotiation.repeated >= repeated_after.size()) return std::nullopt;
  return negotiation.state_at + repeated_after[negotiation.repeated];
}

Event Machine::due_event(const Entity& negotiation) {
  if (negotiation.awaits_peer()) return AnswerDue{};
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
