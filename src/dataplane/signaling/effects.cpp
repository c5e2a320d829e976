#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "platform/http/failure.hpp"
#include "protocol/dps/dialects.hpp"

namespace kontor::dataplane::signaling {

namespace engine = platform::engine;
namespace http = platform::http;
using flows::Machine;

namespace {

/// In about ten seconds.
constexpr std::uint32_t soon_attempts = 8;

/// A control plane may not know yet what it has ordered: it has our answer, and has not kept it. It does
/// soon, or never; and so it is with a token that was made anew.
ErrorCode failure_of(unsigned status, std::uint32_t attempt) {
  if (attempt < soon_attempts) return http::failure_of(status, {401, 404, 409});
  return http::failure_of(status);
}

}  // namespace

Task<Result<engine::Outcome<Machine>>> DataFlows::run(engine::Committed<flows::Effect> effect) {
  Result<void> done;
  if (const auto* closing = std::get_if<flows::CloseAccess>(&*effect)) {
    done = co_await close(effect.call(), *closing);
  } else if (const auto* telling = std::get_if<flows::NotifyControlPlane>(&*effect)) {
    done = co_await notify(effect.call(), *telling);
  } else {
    co_return co_await open(effect.call());
  }
  if (!done) co_return fail(std::move(done.error()));
  co_return engine::Outcome<Machine>{};
}

Task<Result<Mover::Outcome>> DataFlows::open(engine::EffectCall call) {
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto mover = mover_of(loaded->entity.terms.profile);
  if (!mover) co_return fail(std::move(mover.error()));
  co_return co_await (*mover)->open(std::move(call), std::move(loaded->entity));
}

/// Tokens died with the commit. Secrets are deleted once nobody can need them again.
Task<Result<void>> DataFlows::close(engine::EffectCall call, flows::CloseAccess effect) {
  if (!effect.for_ever) co_return Result<void>{};
  for (const auto& listener : on_end_) {
    auto told = co_await listener(call.context, call.entity);
    if (!told) co_return fail(std::move(told.error()), "tell of the end of the data flow");
  }
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  std::vector<std::string> keys;
  for (const auto* address : {&loaded->entity.source, &loaded->entity.counter_address}) {
    if (!*address) continue;
    for (const auto& property : (*address)->sealed) keys.push_back(property.vault_key);
  }
  co_return co_await addresses_.drop(call.context, std::move(keys));
}

Task<Result<void>> DataFlows::notify(engine::EffectCall call, flows::NotifyControlPlane effect) {
  auto way = co_await services_.control_planes.way_to(call.context, effect.control_plane, call.deadline);
  if (!way) co_return fail(std::move(way.error()));
  if (way->url.empty()) co_return Result<void>{};
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto message = describe(loaded->entity, effect.with_address);
  if (!message) co_return fail(std::move(message.error()));
  message->message_id = dps::MessageId(call.id.str());
  message->state = effect.state;
  if (!effect.error.empty()) message->error = effect.error;
  auto spoken =
      dps::report(way->dialect, way->url, dps::ProcessId(effect.flow.str()), effect.callback, *message);
  if (!spoken) co_return Result<void>{};
  http::Request request{.method = "POST", .target = std::move(spoken->url)};
  if (!way->authorization.empty()) request.headers.set("Authorization", std::move(way->authorization));
  if (!spoken->body.empty()) request.headers.set("Content-Type", "application/json");
  request.body.text = std::move(spoken->body);
  auto response = co_await services_.client.send(
      std::move(request), {.deadline = call.deadline, .trust = way->trust, .trace = call.trace});
  if (!response) co_return fail(std::move(response.error()), "tell the control plane");
  const auto status = response->status;
  if (status >= 200 && status < 300) co_return Result<void>{};
  if (status == 401 && way->own) services_.control_planes.forget_own_token();
  co_return fail(failure_of(status, call.attempt), "the control plane answered {} to '{}': {}", status,
                 dps::callback_name(effect.callback), text::for_log(response->body.text, 300));
}

}  // namespace kontor::dataplane::signaling
