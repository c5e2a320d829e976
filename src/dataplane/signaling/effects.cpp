#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "dataplane/signaling/data_flows.hpp"
#include "dataplane/signaling/http_source.hpp"
#include "platform/http/failure.hpp"

namespace kontor::dataplane::signaling {

namespace engine = platform::engine;
namespace http = platform::http;
using flows::Machine;

namespace {

constexpr std::string_view signaling_scope = "signaling-api:admin";

}  // namespace

Task<Result<engine::Outcome<Machine>>> DataFlows::run(engine::Committed<flows::Effect> effect) {
  Result<void> done;
  if (const auto* closing = std::get_if<flows::CloseAccess>(&*effect)) {
    done = co_await close(effect.call(), *closing);
  } else if (const auto* telling = std::get_if<flows::NotifyControlPlane>(&*effect)) {
    done = co_await notify(effect.call(), *telling);
  } else {
    done = co_await open(effect.call());
  }
  if (!done) co_return fail(std::move(done.error()));
  co_return engine::Outcome<Machine>{};
}

/// Requests are let in by the flow's state alone. What is left to do is to see that they can be served: a
/// source that cannot be read is told to the control plane.
Task<Result<void>> DataFlows::open(engine::EffectCall call) {
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  const auto& flow = loaded->entity;
  if (flow.state != flows::State::started || !flow.source) co_return Result<void>{};
  auto address = co_await addresses_.open(call.context, *flow.source);
  if (!address) co_return fail(std::move(address.error()), "read the source of the data flow");
  auto source = http_source_of(*address);
  if (!source) co_return fail(std::move(source.error()), "read the source of the data flow");
  co_return Result<void>{};
}

/// Tokens died with the commit. Secrets are deleted once nobody can need them again.
Task<Result<void>> DataFlows::close(engine::EffectCall call, flows::CloseAccess effect) {
  if (!effect.for_ever) co_return Result<void>{};
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
  if (effect.control_plane.callback_address.empty()) co_return Result<void>{};
  auto loaded = co_await services_.engine.load<Machine>(call.context, call.entity);
  if (!loaded) co_return fail(std::move(loaded.error()));
  auto message = describe(loaded->entity, effect.with_address);
  if (!message) co_return fail(std::move(message.error()));
  message->message_id = dps::MessageId(call.id.str());
  message->state = effect.state;
  if (!effect.error.empty()) message->error = effect.error;
  auto authorization =
      co_await services_.own_tokens.authorization(std::string(signaling_scope), call.deadline);
  if (!authorization) co_return fail(std::move(authorization.error()));
  http::Request request{.method = "POST",
                        .target = dps::callback_url(effect.control_plane.callback_address,
                                                    dps::ProcessId(effect.flow.str()), effect.callback)};
  request.headers.set("Authorization", std::move(*authorization));
  request.headers.set("Content-Type", "application/json");
  request.body.text = json::encode(*message);
  auto response = co_await services_.client.send(
      std::move(request), {.deadline = call.deadline, .trust = http::Trust::configured, .trace = call.trace});
  if (!response) co_return fail(std::move(response.error()), "tell the control plane");
  const auto status = response->status;
  if (status >= 200 && status < 300) co_return Result<void>{};
  if (status == 401) services_.own_tokens.forget();
  co_return fail(http::failure_of(status, {401, 409}), "the control plane answered {} to '{}': {}", status,
                 dps::callback_name(effect.callback), text::for_log(response->body.text, 300));
}

}  // namespace kontor::dataplane::signaling
