#include "protocol/api/identity/did_control_routes.hpp"
#include "runtime/did_control/assembly.hpp"

namespace kontor::runtime::did_control {

namespace api = protocol::api::identity;
using platform::routing::Call;
using platform::routing::Reply;
using protocol::api::Nothing;

namespace {

std::string_view name_of(DidStanding::State state) {
  switch (state) {
    case DidStanding::State::hosted:
      return "HOSTED";
    case DidStanding::State::unproven:
      return "UNPROVEN";
    case DidStanding::State::proven:
      return "PROVEN";
    case DidStanding::State::lost:
      return "LOST";
  }
  return {};
}

Task<Result<Reply<api::DidControl>>> show(DidControls& controls, const platform::async::Clock& clock,
                                          Call call) {
  auto standing = call.wait ? co_await controls.moved_on(call.context,
                                                         platform::async::Deadline::after(clock, *call.wait))
                            : co_await controls.standing(call.context);
  if (!standing) co_return fail(std::move(standing.error()));
  Reply<api::DidControl> reply{{.did = standing->did,
                                .state = std::string(name_of(standing->state)),
                                .proven_at = {},
                                .key_id = {},
                                .last_refusal = {}}};
  if (!standing->control) co_return reply;
  const auto& control = *standing->control;
  reply.body.open_challenges =
      static_cast<std::uint32_t>(domain::did_control::open_count(control, clock.now()));
  if (control.proof) {
    reply.body.proven_at = control.proof->at;
    reply.body.key_id = control.proof->key_id;
  }
  if (!control.last_refusal.empty()) reply.body.last_refusal = control.last_refusal;
  co_return reply;
}

Task<Result<Reply<api::DidChallenge>>> ask(DidControls& controls, Call call) {
  auto given = co_await controls.ask(call.context, call.caller.subject);
  if (!given) co_return fail(std::move(given.error()));
  Reply<api::DidChallenge> reply{
      {given->did, given->challenge.nonce, given->audience, given->challenge.expires_at}};
  reply.headers.set("Cache-Control", "no-store");
  co_return reply;
}

Task<Result<Reply<Nothing>>> prove(DidControls& controls, Call call, api::DidProof body) {
  auto proven =
      co_await controls.prove(call.context, std::move(body.proof), call.caller.subject, call.deadline);
  if (!proven) co_return fail(std::move(proven.error()));
  co_return Reply<Nothing>{};
}

}  // namespace

void bind_routes(platform::routing::Router& router, DidControls& controls,
                 const platform::async::Clock& clock) {
  router.bind(api::get_did_control,
              [&controls, &clock](Call call, Nothing) { return show(controls, clock, std::move(call)); });
  router.bind(api::ask_did_challenge,
              [&controls](Call call, Nothing) { return ask(controls, std::move(call)); });
  router.bind(api::prove_did_control, [&controls](Call call, api::DidProof body) {
    return prove(controls, std::move(call), std::move(body));
  });
}

}  // namespace kontor::runtime::did_control
