#include "dataplane/sdk/handler_mover.hpp"

#include <algorithm>

#include "base/json/codec.hpp"

namespace kontor::dataplane::sdk {

namespace dps = protocol::dps;
namespace flows = domain::data_flow;
using signaling::Beginning;
using signaling::NewFlow;

namespace {

constexpr std::size_t begun_max = 256;

bool owns_address(const NewFlow& order) {
  return (order.role == flows::Role::provider) == (order.direction == dps::Direction::pull);
}

bool is_same(const NewFlow& a, const NewFlow& b) {
  return a.context == b.context && a.role == b.role && a.terms == b.terms && a.destination == b.destination;
}

std::string json_of(const std::vector<std::string>& texts) {
  json::Array array;
  for (const auto& text : texts) array.emplace_back(text);
  return json::serialize(array);
}

}  // namespace

bool HandlerMover::serves(std::string_view profile) const {
  return std::ranges::find(options_.profiles, profile) != options_.profiles.end();
}

Task<Result<Beginning>> HandlerMover::begin(NewFlow flow) {
  const bool provider = flow.role == flows::Role::provider;
  if (provider && flow.direction == dps::Direction::push && !flow.destination) {
    co_return invalid("/dataAddress", "is required: a push needs to know where to send the data");
  }
  const auto known =
      std::ranges::find_if(begun_, [&](const Begun& each) { return is_same(each.order, flow); });
  if (known != begun_.end()) co_return known->beginning;
  auto said = ask(provider ? handlers_.start : handlers_.prepare, view_of(flow), Waiting::allowed);
  if (!said) co_return fail(std::move(said.error()));
  Beginning beginning;
  if (said->outcome == KONTOR_PENDING) {
    beginning.readiness = flows::Later{services_.clock.now() + options_.opening_timeout};
  } else if (owns_address(flow)) {
    auto opening = opening_of(flow.context, flow.terms.profile, std::move(said->given));
    if (!opening) co_return fail(std::move(opening.error()));
    beginning.readiness = flows::Ready{std::move(*opening)};
  }
  if (begun_.size() >= begun_max) begun_.pop_front();
  begun_.push_back({std::move(flow), beginning});
  co_return beginning;
}

Result<void> HandlerMover::check(const flows::Terms& terms, const dps::DataAddress& address) const {
  if (terms.profile != dps::http_pull_profile && terms.profile != dps::http_push_profile) return {};
  if (address.endpoint_type != terms.profile) {
    return invalid("/dataAddress/endpointType", "must be '{}'", terms.profile);
  }
  auto access = dps::read_http_access(address, options_.addresses);
  if (!access) return fail(std::move(access.error()));
  return {};
}

Result<std::optional<flows::Opening>> HandlerMover::reopen(const flows::DataFlow& flow) {
  auto said = ask(handlers_.resume, view_of(flow));
  if (!said) return fail(std::move(said.error()));
  if (!said->given.address) said->given = {flow.own_address, flow.own_address.has_value()};
  return opening_of(flow.participant_context, flow.terms.profile, std::move(said->given));
}

void HandlerMover::told(const flows::DataFlow& flow, flows::Message message, const std::string& reason) {
  auto view = view_of(flow);
  view.reason = reason;
  const auto tell = [&](void (*handler)(void*, const kontor_flow*)) {
    if (handler) handler(handlers_.user, &view);
  };
  if (message == flows::Message::suspend) tell(handlers_.suspend);
  if (message == flows::Message::completed) tell(handlers_.completed);
  if (message == flows::Message::terminate) tell(handlers_.terminate);
  // Who fetches is told with the address, by `open`.
  if (message == flows::Message::started && flow.direction == dps::Direction::push) {
    auto said = ask(handlers_.started, view);
    if (!said) static_cast<void>(view.reporter.tell(Broken{said.error().message()}));
  }
}

Task<Result<signaling::Mover::Outcome>> HandlerMover::open(platform::engine::EffectCall,
                                                           flows::DataFlow flow) {
  const bool resumed = flow.last_message == flows::Message::resume;
  const bool begins = resumed || flow.last_message == flows::Message::started;
  if (flow.state != flows::State::started || flows::owns_address(flow) || !begins) co_return Outcome{};
  auto view = co_await view_with_address(std::move(flow));
  if (!view) co_return fail(std::move(view.error()));
  auto said = ask(resumed ? handlers_.resume : handlers_.started, *view);
  if (!said) co_return Outcome(flows::Failed{said.error().message()});
  co_return Outcome{};
}

Task<Result<void>> HandlerMover::recover(flows::DataFlow flow) {
  if (!handlers_.recover) co_return Result<void>{};
  auto view = co_await view_with_address(std::move(flow));
  if (!view) co_return fail(std::move(view.error()));
  handlers_.recover(handlers_.user, &*view);
  co_return Result<void>{};
}

Result<flows::Event> HandlerMover::event_of(const flows::DataFlow& flow, Report report) const {
  if (std::holds_alternative<Ended>(report.what)) return flows::Finished{};
  if (auto* broken = std::get_if<Broken>(&report.what)) return flows::Failed{std::move(broken->reason)};
  if (!flows::owns_address(flow)) return flows::Opened{};
  auto opening =
      opening_of(flow.participant_context, flow.terms.profile, std::move(std::get<Given>(report.what)));
  if (!opening) return fail(std::move(opening.error()));
  return flows::Opened{std::move(*opening)};
}

Result<HandlerMover::Said> HandlerMover::ask(Ask handler, const kontor_flow& view, Waiting waiting) const {
  if (!handler) return Said{};
  kontor_answer answer;
  const auto outcome = handler(handlers_.user, &view, &answer);
  if (outcome == KONTOR_DONE || (outcome == KONTOR_PENDING && waiting == Waiting::allowed)) {
    return Said{outcome, {std::move(answer.address), answer.with_token}};
  }
  if (outcome == KONTOR_REJECT) {
    return invalid("", "{}", answer.reason.empty() ? "the data plane rejects it" : answer.reason);
  }
  return fail(ErrorCode::internal, "a handler of the data plane answers {}", static_cast<int>(outcome));
}

Result<std::optional<flows::Opening>> HandlerMover::opening_of(const ContextId& context,
                                                               const std::string& profile,
                                                               Given given) const {
  if (!given.address) return fail(ErrorCode::internal, "a handler of the data plane gives no address");
  flows::Opening opening{.address = std::move(*given.address), .grant = {}};
  if (opening.address.endpoint_type.empty()) opening.address.endpoint_type = profile;
  if (given.with_token) {
    const auto direction = dps::direction_of(profile).value_or(dps::Direction::pull);
    auto grant = services_.tokens.new_grant(context, direction, services_.clock.now());
    if (!grant) return fail(std::move(grant.error()));
    opening.grant = std::move(*grant);
  }
  return std::optional(std::move(opening));
}

kontor_flow HandlerMover::view_of(NewFlow order) const {
  kontor_flow view{.order = std::move(order)};
  view.counter_address = view.order.destination;
  view.metadata = json::serialize(view.order.terms.metadata);
  view.claims = json::serialize(view.order.terms.claims);
  view.labels = json_of(view.order.terms.labels);
  view.reporter = {.reports = services_.reports,
                   .context = view.order.context,
                   .flow = EntityId(view.order.terms.process_id.str()),
                   .role = view.order.role,
                   .owns_address = owns_address(view.order)};
  return view;
}

kontor_flow HandlerMover::view_of(const flows::DataFlow& flow) const {
  auto view = view_of(NewFlow{.context = flow.participant_context,
                              .role = flow.role,
                              .terms = flow.terms,
                              .direction = flow.direction,
                              .destination = {}});
  view.state = dps::state_name(flow.state);
  return view;
}

Task<Result<kontor_flow>> HandlerMover::view_with_address(flows::DataFlow flow) {
  auto view = view_of(flow);
  if (flow.counter_address) {
    auto address = co_await addresses_.open(flow.participant_context, *flow.counter_address);
    if (!address) co_return fail(std::move(address.error()));
    view.counter_address = std::move(*address);
  }
  co_return view;
}

}  // namespace kontor::dataplane::sdk
