#include "runtime/callbacks/callbacks.hpp"

#include <algorithm>

#include "protocol/api/management/events.hpp"
#include "runtime/secrets/secrets.hpp"

namespace kontor::runtime::callbacks {

namespace engine = platform::engine;
namespace http = platform::http;
namespace management = protocol::api::management;
using callback::Machine;

namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024;

/// The envelope, with an id that stays the same over all attempts.
std::string body_of(const ContextId& context, const callback::Call& call) {
  const auto& notice = call.tell.notice;
  auto envelope = management::event_envelope({.id = call.id.str(),
                                              .context = context,
                                              .at = notice.at,
                                              .name = notice.name,
                                              .entity = notice.process,
                                              .body = notice.body});
  invariant(envelope.has_value(), "what has no envelope is not handed over");
  return std::move(*envelope);
}

bool has_secret(const callback::Tell& tell) {
  return tell.auth_key && tell.auth_code_id;
}

Result<void> outcome_of(unsigned status) {
  if (status >= 200 && status < 300) return {};
  const bool redirect = status >= 300 && status < 400;
  if (redirect)
    return fail(ErrorCode::peer_refused, "it answered {}, and redirects are not followed", status);
  return fail(status == 410 ? ErrorCode::peer_refused : ErrorCode::peer_unavailable, "it answered {}",
              status);
}

}  // namespace

Callbacks::Callbacks(Services services) : services_(services) {
  services_.engine.add<Machine>(
      [this](engine::Committed<callback::Call> effect) { return call(std::move(effect)); });
}

Task<Result<void>> Callbacks::hand_over(engine::EffectCall call, callback::Tell tell) {
  if (!management::event_type(tell.notice.name)) co_return Result<void>{};
  engine::Command command{std::move(call.context), tell.delivery, "system", call.trace};
  callback::NoticeCame event{callback::NoticeId(call.id.str()), std::move(tell)};
  auto applied = co_await services_.engine.apply<Machine>(std::move(command), std::move(event));
  if (!applied) co_return fail(std::move(applied.error()));
  co_return Result<void>{};
}

Task<Result<engine::Outcome<Machine>>> Callbacks::call(engine::Committed<callback::Call> effect) {
  const auto host = Machine::effect_group(*effect);
  auto request = co_await request_of(effect.call().context, *effect);
  if (!request) co_return fail(std::move(request.error()), "call {}", host);
  const auto soon = platform::async::Deadline::after(services_.engine.clock(), call_timeout);
  http::Client& client = has_secret(effect->tell) ? services_.secret_client : services_.client;
  auto response =
      co_await client.send(std::move(*request), {.deadline = {std::min(soon.at, effect.call().deadline.at)},
                                                 .trust = http::Trust::foreign,
                                                 .body_bytes_max = answer_bytes_max,
                                                 .trace = effect.call().trace});
  if (!response) co_return fail(std::move(response.error()), "call {}", host);
  auto outcome = outcome_of(response->status);
  if (!outcome) co_return fail(std::move(outcome.error()), "call {}", host);
  co_return engine::Outcome<Machine>(callback::Told{effect->id});
}

Task<Result<http::Request>> Callbacks::request_of(ContextId context, callback::Call call) {
  const auto& tell = call.tell;
  http::Request request{.method = "POST", .target = tell.uri};
  request.headers.set("Content-Type", "application/json");
  request.body.text = body_of(context, call);
  if (!has_secret(tell)) co_return request;
  auto secret = co_await services_.vault.get_secret(context, secrets::name_in_vault(*tell.auth_code_id));
  if (!secret) {
    const auto code =
        secret.error().code == ErrorCode::not_found ? ErrorCode::unavailable : secret.error().code;
    co_return fail(code, "the secret '{}' of the header '{}' cannot be had", *tell.auth_code_id,
                   *tell.auth_key);
  }
  if (!request.headers.set(*tell.auth_key, std::string(secret->reveal())))
    co_return fail(ErrorCode::invalid_input, "the secret '{}' cannot stand in a header", *tell.auth_code_id);
  co_return request;
}

}  // namespace kontor::runtime::callbacks
