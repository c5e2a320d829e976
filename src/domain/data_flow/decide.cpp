#include "domain/data_flow/decide.hpp"

#include <algorithm>

namespace kontor::domain::data_flow {
namespace {

constexpr std::size_t handled_max = 16;
/// Whoever keeps a control plane away for longer has to mend what it has missed.
constexpr std::chrono::hours told_for{24};

/// Prepare and start, whose rules differ in little.
struct Order {
  Message message;
  Role role;
  MessageId message_id;
  ContextId participant_context;
  Terms terms;
  ControlPlane control_plane;
  std::optional<SealedAddress> source;
  std::optional<SealedAddress> counter_address;
  Readiness readiness;
};

std::string_view name_of(Message message) {
  switch (message) {
    case Message::prepare:
      return "prepare";
    case Message::start:
      return "start";
    case Message::started:
      return "started";
    case Message::suspend:
      return "suspend";
    case Message::resume:
      return "resume";
    case Message::terminate:
      return "terminate";
    case Message::completed:
      return "completed";
  }
  return {};
}

bool was_handled(const DataFlow& flow, const std::string& id) {
  return !id.empty() && std::ranges::find(flow.handled, id) != flow.handled.end();
}

void remember(DataFlow& flow, const std::string& id) {
  if (id.empty()) return;
  flow.handled.push_back(id);
  if (flow.handled.size() > handled_max) flow.handled.erase(flow.handled.begin());
}

void open_with(DataFlow& flow, const std::optional<Opening>& opening) {
  if (!opening || !owns_address(flow)) return;
  flow.own_address = opening->address;
  flow.grant = opening->grant;
  flow.previous_grant.reset();
}

NotifyControlPlane notification(const DataFlow& flow, Callback callback, Instant since) {
  const bool opens = callback == Callback::prepared || callback == Callback::started;
  return {.flow = flow.id,
          .control_plane = flow.control_plane,
          .callback = callback,
          .state = flow.state,
          .with_address = opens && owns_address(flow) && flow.own_address.has_value(),
          .error = callback == Callback::errored ? flow.last_error : std::string(),
          .since = since};
}

/// Whether a control plane that has not heard it would learn something from it.
bool is_true_of(const DataFlow& flow, Callback callback) {
  if (callback == Callback::errored) return !is_final(flow.state);
  const auto told = callback == Callback::prepared  ? State::prepared
                    : callback == Callback::started ? State::started
                                                    : State::completed;
  return flow.state == told;
}

void move_to(DataFlow& flow, State state, Instant now) {
  flow.state = state;
  flow.state_since = now;
  if (state != State::preparing && state != State::starting) flow.open_until.reset();
  if (state == State::suspended || is_final(state)) {
    flow.grant.reset();
    flow.previous_grant.reset();
  }
}

Decision unchanged(const DataFlow& flow) {
  return {.next = flow};
}

bool is_same_order(const DataFlow& flow, const Order& order) {
  const auto& a = flow.terms;
  const auto& b = order.terms;
  return flow.role == order.role && flow.participant_context == order.participant_context &&
         a.process_id == b.process_id && a.profile == b.profile && a.agreement_id == b.agreement_id &&
         a.dataset_id == b.dataset_id && a.counter_party_id == b.counter_party_id &&
         (order.role == Role::consumer || flow.counter_address == order.counter_address);
}

Result<Decision> order_again(const DataFlow& flow, const Order& order) {
  const bool fresh = order.role == Role::consumer
                         ? flow.state == State::preparing || flow.state == State::prepared
                         : flow.state == State::starting || flow.state == State::started;
  const bool same = is_same_order(flow, order);
  if (same && (was_handled(flow, order.message_id.str()) || (fresh && flow.last_message == order.message))) {
    return unchanged(flow);
  }
  if (same) {
    return fail(ErrorCode::illegal_transition, "a {} is not possible while the data flow is {}",
                name_of(order.message), protocol::dps::state_name(flow.state));
  }
  return fail(ErrorCode::conflict, "process id '{}' is in use by a data flow on other terms",
              order.terms.process_id);
}

Result<void> check_address(const Order& order, Direction direction) {
  if (order.role == Role::consumer) return {};
  if (direction == Direction::pull && order.counter_address) {
    return invalid("/dataAddress", "must not be there: the provider of a pull opens the endpoint");
  }
  if (direction == Direction::push && !order.counter_address) {
    return invalid("/dataAddress", "is required: a push needs to know where to send the data");
  }
  return {};
}

Result<Decision> begin(Order order, Instant now) {
  const auto direction = protocol::dps::direction_of(order.terms.profile);
  if (!direction)
    return invalid("/profile", "must end with -push or -pull, '{}' does not", order.terms.profile);
  if (auto done = check_address(order, *direction); !done) return fail(done.error());
  DataFlow flow{.id = DataFlowId(order.terms.process_id.str()),
                .participant_context = std::move(order.participant_context),
                .role = order.role,
                .direction = *direction,
                .terms = std::move(order.terms),
                .control_plane = std::move(order.control_plane),
                .source = std::move(order.source),
                .counter_address = std::move(order.counter_address),
                .last_message = order.message};
  remember(flow, order.message_id.str());
  const bool consumer = order.role == Role::consumer;
  if (const auto* ready = std::get_if<Ready>(&order.readiness)) {
    open_with(flow, ready->opening);
    move_to(flow, consumer ? State::prepared : State::started, now);
    Decision decision{.next = flow, .happened = {consumer ? "data.flow.prepared" : "data.flow.started"}};
    if (!consumer || flow.direction == Direction::push) decision.effects.push_back(OpenAccess{flow.id});
    return decision;
  }
  flow.open_until = std::get<Later>(order.readiness).until;
  move_to(flow, consumer ? State::preparing : State::starting, now);
  return Decision{.next = flow,
                  .effects = {OpenAccess{flow.id}},
                  .happened = {consumer ? "data.flow.preparing" : "data.flow.starting"}};
}

/// The rules of a flow that exists, one for each event.
struct Rules {
  const DataFlow& flow;
  Instant now;

  Result<Decision> operator()(const PrepareReceived& event) const;
  Result<Decision> operator()(const StartReceived& event) const;
  Result<Decision> operator()(const StartedReceived& event) const;
  Result<Decision> operator()(const SuspendReceived& event) const;
  Result<Decision> operator()(const ResumeReceived& event) const;
  Result<Decision> operator()(const TerminateReceived& event) const;
  Result<Decision> operator()(const CompletedReceived& event) const;
  Result<Decision> operator()(const Opened& event) const;
  Result<Decision> operator()(const Failed& event) const;
  Result<Decision> operator()(const Finished& event) const;
  Result<Decision> operator()(const Renewed& event) const;
  Result<Decision> operator()(const Counted& event) const;
  Result<Decision> operator()(const CallbackFailed& event) const;
  Result<Decision> operator()(const OpeningOverdue& event) const;

 private:
  enum class Admission : std::uint8_t { carry_out, repeated };

  struct Step {
    Message message;
    State to;
    bool legal;
  };

  /// Whether a message is to be carried out. `legal` speaks of the present state.
  Result<Admission> admit(const Step& step, const MessageId& id) const {
    if (was_handled(flow, id.str()) || (flow.state == step.to && flow.last_message == step.message)) {
      return Admission::repeated;
    }
    if (step.legal) return Admission::carry_out;
    return fail(ErrorCode::illegal_transition, "a {} is not possible while the data flow is {}",
                name_of(step.message), protocol::dps::state_name(flow.state));
  }

  DataFlow moved(const Step& step, const MessageId& id) const {
    auto next = flow;
    next.last_message = step.message;
    remember(next, id.str());
    move_to(next, step.to, now);
    return next;
  }
};

Order order_of(const PrepareReceived& event) {
  return {Message::prepare,
          Role::consumer,
          event.message_id,
          event.participant_context,
          event.terms,
          event.control_plane,
          {},
          {},
          event.readiness};
}

Order order_of(const StartReceived& event) {
  return {Message::start, Role::provider,      event.message_id, event.participant_context,
          event.terms,    event.control_plane, event.source,     event.counter_address,
          event.readiness};
}

Result<Decision> Rules::operator()(const PrepareReceived& event) const {
  return order_again(flow, order_of(event));
}
Result<Decision> Rules::operator()(const StartReceived& event) const {
  return order_again(flow, order_of(event));
}

Result<Decision> Rules::operator()(const StartedReceived& event) const {
  const Step step{Message::started, State::started, flow.state == State::prepared};
  const auto admission = admit(step, event.message_id);
  if (!admission) return fail(admission.error());
  if (*admission == Admission::repeated) return unchanged(flow);
  if (flow.direction == Direction::push && event.counter_address) {
    return invalid("/dataAddress", "must not be there: the consumer of a push opens the endpoint");
  }
  Decision decision{.next = moved(step, event.message_id), .happened = {"data.flow.started"}};
  if (event.counter_address) decision.next.counter_address = event.counter_address;
  if (flow.direction == Direction::pull) decision.effects.push_back(OpenAccess{flow.id});
  return decision;
}

Result<Decision> Rules::operator()(const SuspendReceived& event) const {
  const Step step{Message::suspend, State::suspended, flow.state == State::started};
  const auto admission = admit(step, event.message_id);
  if (!admission) return fail(admission.error());
  if (*admission == Admission::repeated) return unchanged(flow);
  return Decision{.next = moved(step, event.message_id),
                  .effects = {CloseAccess{flow.id}},
                  .happened = {"data.flow.suspended"}};
}

Result<Decision> Rules::operator()(const ResumeReceived& event) const {
  const Step step{Message::resume, State::started, flow.state == State::suspended};
  const auto admission = admit(step, event.message_id);
  if (!admission) return fail(admission.error());
  if (*admission == Admission::repeated) return unchanged(flow);
  Decision decision{.next = moved(step, event.message_id),
                    .effects = {OpenAccess{flow.id}},
                    .happened = {"data.flow.resumed"}};
  open_with(decision.next, event.opening);
  if (event.counter_address && !owns_address(flow)) decision.next.counter_address = event.counter_address;
  return decision;
}

Result<Decision> Rules::operator()(const TerminateReceived& event) const {
  const Step step{Message::terminate, State::terminated, !is_final(flow.state)};
  const auto admission = admit(step, event.message_id);
  if (!admission) return fail(admission.error());
  if (*admission == Admission::repeated) return unchanged(flow);
  return Decision{.next = moved(step, event.message_id),
                  .effects = {CloseAccess{.flow = flow.id, .for_ever = true}},
                  .happened = {"data.flow.terminated"}};
}

Result<Decision> Rules::operator()(const CompletedReceived& event) const {
  const Step step{Message::completed, State::completed, flow.state == State::started};
  const auto admission = admit(step, event.message_id);
  if (!admission) return fail(admission.error());
  if (*admission == Admission::repeated || flow.state == State::completed) return unchanged(flow);
  return Decision{.next = moved(step, event.message_id),
                  .effects = {CloseAccess{.flow = flow.id, .for_ever = true}},
                  .happened = {"data.flow.completed"}};
}

Result<Decision> Rules::operator()(const Opened& event) const {
  const bool preparing = flow.state == State::preparing;
  if (!preparing && flow.state != State::starting) return unchanged(flow);
  Decision decision{.next = flow, .happened = {preparing ? "data.flow.prepared" : "data.flow.started"}};
  open_with(decision.next, event.opening);
  move_to(decision.next, preparing ? State::prepared : State::started, now);
  decision.effects.push_back(
      notification(decision.next, preparing ? Callback::prepared : Callback::started, now));
  return decision;
}

Result<Decision> Rules::operator()(const Failed& event) const {
  if (is_final(flow.state)) return unchanged(flow);
  Decision decision{.next = flow, .happened = {"data.flow.failed"}};
  decision.next.last_error = event.reason;
  decision.next.open_until.reset();
  decision.effects.push_back(notification(decision.next, Callback::errored, now));
  return decision;
}

Result<Decision> Rules::operator()(const Finished&) const {
  // A flow that was suspended meanwhile moves its data again once it is resumed.
  if (is_final(flow.state) || flow.state == State::suspended) return unchanged(flow);
  if (flow.state != State::started) {
    return fail(ErrorCode::illegal_transition, "a data flow that is {} cannot have finished",
                protocol::dps::state_name(flow.state));
  }
  Decision decision{.next = flow, .happened = {"data.flow.completed"}};
  move_to(decision.next, State::completed, now);
  decision.effects = {CloseAccess{.flow = flow.id, .for_ever = true},
                      notification(decision.next, Callback::completed, now)};
  return decision;
}

Result<Decision> Rules::operator()(const Renewed& event) const {
  if (flow.state != State::started || !owns_address(flow) || !flow.grant) {
    return fail(ErrorCode::illegal_transition, "no token can be renewed while the data flow is {}",
                protocol::dps::state_name(flow.state));
  }
  const bool in_force = flow.grant->refresh_token_sha256 == event.presented_sha256;
  const bool answer_was_lost =
      flow.previous_grant && flow.previous_grant->refresh_token_sha256 == event.presented_sha256;
  if (!in_force && !answer_was_lost)
    return fail(ErrorCode::unauthenticated, "the refresh token is not in force");
  Decision decision{.next = flow, .happened = {"data.flow.token.renewed"}};
  if (in_force) decision.next.previous_grant = flow.grant;
  decision.next.grant = event.grant;
  return decision;
}

Result<Decision> Rules::operator()(const Counted& event) const {
  if (was_handled(flow, event.report_id)) return unchanged(flow);
  Decision decision{.next = flow, .happened = {"data.flow.counted"}};
  auto& counters = decision.next.counters;
  counters.requests += event.more.requests;
  counters.errors += event.more.errors;
  counters.received_bytes += event.more.received_bytes;
  counters.sent_bytes += event.more.sent_bytes;
  remember(decision.next, event.report_id);
  return decision;
}

Result<Decision> Rules::operator()(const CallbackFailed& event) const {
  Decision decision{.next = flow, .happened = {"data.flow.callback.failed"}};
  const auto since = event.unheard_since;
  if (since && now < *since + told_for && is_true_of(flow, event.callback)) {
    decision.effects.push_back(notification(flow, event.callback, *since));
    return decision;
  }
  decision.next.last_error = fmt::format("the control plane could not be told '{}': {}",
                                         callback_name(event.callback), event.reason);
  return decision;
}

Result<Decision> Rules::operator()(const OpeningOverdue&) const {
  if (!flow.open_until || now < *flow.open_until) return unchanged(flow);
  return (*this)(Failed{"opening the data flow takes too long"});
}

}  // namespace

Result<Decision> decide(const DataFlow* current, const Event& event, Instant now) {
  if (current) return std::visit(Rules{*current, now}, event);
  if (const auto* prepare = std::get_if<PrepareReceived>(&event)) return begin(order_of(*prepare), now);
  if (const auto* start = std::get_if<StartReceived>(&event)) return begin(order_of(*start), now);
  return fail(ErrorCode::not_found, "there is no such data flow");
}

bool owns_address(const DataFlow& flow) {
  return (flow.role == Role::provider) == (flow.direction == Direction::pull);
}

bool accepts_token(const DataFlow& flow, std::string_view token_sha256, Instant now) {
  const bool receives = flow.role == Role::consumer && flow.direction == Direction::push;
  if (flow.state != State::started && !(receives && flow.state == State::prepared)) return false;
  const auto matches = [&](const std::optional<Grant>& grant) {
    return grant && grant->token_sha256 == token_sha256 && (!grant->expires_at || now < *grant->expires_at);
  };
  return matches(flow.grant) || matches(flow.previous_grant);
}

bool is_final(State state) {
  return state == State::completed || state == State::terminated;
}

}  // namespace kontor::domain::data_flow
