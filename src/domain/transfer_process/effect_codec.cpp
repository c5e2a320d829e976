#include "base/text/beginning.hpp"
#include "domain/transfer_process/codec.hpp"
#include "domain/transfer_process/decide.hpp"
#include "domain/transfer_process/internal/step.hpp"
#include "domain/transfer_process/outgoing.hpp"

namespace kontor::domain::transfer_process {

Result<void> read(const json::Node& node, Flow& out) {
  json::ObjectReader in(node);
  in.required("process", out.process)
      .optional("dataPlane", out.data_plane)
      .required("participant", out.participant);
  in.required("counterParty", out.counter_party).required("profile", out.profile);
  in.required("subject", out.subject).required("metadata", out.metadata);
  std::string role;
  in.optional("role", role);
  out.role = dsp::role_names.value(role).value_or(Role::provider);
  return in.done();
}

json::Value write(const Flow& flow) {
  json::ObjectWriter out;
  out.field("process", flow.process)
      .field("participant", flow.participant)
      .field("counterParty", flow.counter_party);
  if (!flow.data_plane.empty()) out.field("dataPlane", flow.data_plane);
  return out.field("profile", flow.profile)
      .field("subject", flow.subject)
      .field("metadata", flow.metadata)
      .field("role", dsp::role_names.name(flow.role))
      .done();
}

namespace {

template <class E>
concept ToPeer = requires(E effect) { effect.peer; };
template <class E>
concept ToDataPlane = requires(E effect) { effect.flow; };
template <class E>
concept WithPids = requires(E effect) { effect.pids; };
template <class E>
concept WithReason = WithPids<E> && requires(E effect) { effect.reason; };
template <class E>
concept WithAddress = requires(E effect) { effect.data_address; };
template <class E>
concept ToDataPlaneWithReason = !ToPeer<E> && requires(E effect) { effect.reason; };

struct Name {
  std::string_view operator()(const SendRequest&) const { return "send-request"; }
  std::string_view operator()(const SendStart&) const { return "send-start"; }
  std::string_view operator()(const SendCompletion&) const { return "send-completion"; }
  std::string_view operator()(const SendSuspension&) const { return "send-suspension"; }
  std::string_view operator()(const SendTermination&) const { return "send-termination"; }
  std::string_view operator()(const PrepareFlow&) const { return "prepare-flow"; }
  std::string_view operator()(const StartFlow&) const { return "start-flow"; }
  std::string_view operator()(const NotifyFlowStarted&) const { return "notify-flow-started"; }
  std::string_view operator()(const SuspendFlow&) const { return "suspend-flow"; }
  std::string_view operator()(const ResumeFlow&) const { return "resume-flow"; }
  std::string_view operator()(const TerminateFlow&) const { return "terminate-flow"; }
  std::string_view operator()(const CompleteFlow&) const { return "complete-flow"; }
  std::string_view operator()(const JudgePolicy&) const { return "judge-policy"; }
  std::string_view operator()(const RenewToken&) const { return "renew-token"; }
  std::string_view operator()(const callback::Tell&) const { return "tell-callback"; }
  std::string_view operator()(const TellOpener&) const { return "tell-opener"; }
};

/// Each member that an effect has, under the same name in all of them.
template <class E>
json::Value write_one(const E& effect) {
  json::ObjectWriter out;
  out.field("effect", Name{}(effect));
  if constexpr (ToPeer<E>) {
    out.field("peer", effect.peer.id)
        .field("address", effect.peer.address)
        .field("profile", effect.peer.profile);
    out.field("message", effect.message);
  } else if constexpr (ToDataPlane<E>) {
    out.field("flow", effect.flow);
  } else if constexpr (std::same_as<E, callback::Tell>) {
    callback::write_members(out, effect);
  } else if constexpr (std::same_as<E, TellOpener>) {
    out.field("opener", effect.opener);
  } else {
    out.field("counterParty", effect.counter_party);
  }
  if constexpr (WithPids<E>) {
    out.field("providerPid", effect.pids.provider).field("consumerPid", effect.pids.consumer);
    out.field("receiver", dsp::role_names.name(effect.receiver));
  }
  if constexpr (WithReason<E>)
    out.field("code", effect.reason.code).non_empty("reason", effect.reason.reasons);
  if constexpr (ToDataPlaneWithReason<E>) out.field("reason", effect.reason);
  if constexpr (WithAddress<E>) out.field("dataAddress", effect.data_address);
  if constexpr (std::same_as<E, SendRequest>) {
    out.field("consumerPid", effect.consumer_pid).field("agreementId", effect.agreement);
    out.field("format", effect.format).field("callbackAddress", effect.callback_address);
  }
  return out.done();
}

template <class E>
Result<void> read_members(json::ObjectReader& in, Effect& out) {
  E effect;
  if constexpr (ToPeer<E>) {
    in.required("peer", effect.peer.id).required("address", effect.peer.address);
    in.required("profile", effect.peer.profile).required("message", effect.message);
  } else if constexpr (ToDataPlane<E>) {
    in.required("flow", effect.flow);
  } else if constexpr (std::same_as<E, TellOpener>) {
    in.required("opener", effect.opener);
  } else {
    in.required("counterParty", effect.counter_party);
  }
  if constexpr (WithPids<E>) {
    in.required("providerPid", effect.pids.provider).required("consumerPid", effect.pids.consumer);
    const auto receiver = in.member("receiver");
    const auto known = receiver && json::read_enum(*receiver, dsp::role_names, effect.receiver);
    if (!known) in.refuse("receiver", "must be a role");
  }
  if constexpr (WithReason<E>)
    in.optional("code", effect.reason.code).optional("reason", effect.reason.reasons);
  if constexpr (ToDataPlaneWithReason<E>) in.optional("reason", effect.reason);
  if constexpr (WithAddress<E>) in.optional("dataAddress", effect.data_address);
  if constexpr (std::same_as<E, SendRequest>) {
    in.required("consumerPid", effect.consumer_pid).required("agreementId", effect.agreement);
    in.required("format", effect.format).required("callbackAddress", effect.callback_address);
  }
  out = std::move(effect);
  return in.done();
}

template <class E>
Result<void> read_one(const json::Node& node, json::ObjectReader& in, Effect& out) {
  if constexpr (std::same_as<E, callback::Tell>) {
    return read(node, out.emplace<E>());
  } else {
    return read_members<E>(in, out);
  }
}

/// Tries each alternative of the variant by its name.
template <std::size_t I = 0>
Result<void> read_named(std::string_view name, const json::Node& node, json::ObjectReader& in, Effect& out) {
  if constexpr (I == std::variant_size_v<Effect>) {
    return invalid("/effect", "'{}' is no effect of a transfer process", text::beginning(name, 64));
  } else {
    using E = std::variant_alternative_t<I, Effect>;
    if (Name{}(E{}) == name) return read_one<E>(node, in, out);
    return read_named<I + 1>(name, node, in, out);
  }
}

}  // namespace

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write_one(one); }, effect);
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string name;
  in.required("effect", name);
  if (auto done = in.done(); !done) return done;
  return read_named(name, node, in, out);
}

std::string_view Machine::effect_name(const Effect& effect) {
  return std::visit(Name{}, effect);
}

bool Machine::wanted(const Entity& process, const Effect& effect) {
  const auto is_wanted = [&]<class E>(const E& one) {
    if constexpr (ToPeer<E>) {
      return one.message == process.pending || one.message == process.start_before_completion;
    } else if constexpr (std::same_as<E, RenewToken>) {
      return process.renewing;
    } else if constexpr (std::same_as<E, JudgePolicy>) {
      return internal::is_under_its_policy(process);
    } else {
      return true;
    }
  };
  return std::visit(is_wanted, effect);
}

std::string Machine::effect_group(const Effect& effect) {
  const auto group = []<class E>(const E& one) {
    if constexpr (ToPeer<E>) {
      return one.peer.id.str();
    } else if constexpr (std::same_as<E, RenewToken>) {
      return one.flow.counter_party.str();
    } else if constexpr (ToDataPlane<E>) {
      return "data-plane " + one.flow.data_plane;
    } else if constexpr (std::same_as<E, callback::Tell> || std::same_as<E, TellOpener>) {
      return std::string();
    } else {
      return "policy " + one.counter_party.str();
    }
  };
  return std::visit(group, effect);
}

std::string refresh_token_of(const RenewToken& effect) {
  const auto* token = effect.data_address ? effect.data_address->property("refreshToken") : nullptr;
  return token ? *token : std::string();
}

std::optional<Event> Machine::failed(const Effect& effect, const Error& error) {
  const bool no_answer = error.row().retry != Retry::never;
  if (std::holds_alternative<SendCompletion>(effect) && no_answer) return std::nullopt;
  const auto event = [&]<class E>(const E& one) -> std::optional<Event> {
    if constexpr (ToPeer<E>) {
      return SendFailed{one.message, error.code, error.message()};
    } else if constexpr (std::same_as<E, RenewToken>) {
      return AccessNotRenewed{refresh_token_of(one), error.message()};
    } else if constexpr (std::same_as<E, TerminateFlow> || std::same_as<E, CompleteFlow>) {
      if (!no_answer) return FlowFailed{error.message()};
      return FlowUntold{std::same_as<E, CompleteFlow>, error.message()};
    } else if constexpr (ToDataPlane<E>) {
      return FlowFailed{error.message()};
    } else if constexpr (std::same_as<E, JudgePolicy>) {
      return PolicyUnknown{error.message()};
    } else {
      return std::nullopt;
    }
  };
  return std::visit(event, effect);
}

}  // namespace kontor::domain::transfer_process
