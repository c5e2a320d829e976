#include "runtime/transfer_process/renewal.hpp"

#include "base/json/codec.hpp"
#include "protocol/dps/http_profile.hpp"
#include "runtime/transfer_process/transfers.hpp"

namespace kontor::runtime::transfer_process {

namespace dps = protocol::dps;
namespace dsp = protocol::dsp;
namespace engine = platform::engine;
using engine::Command;
using transfer::Machine;

namespace {

/// One attempt; who needs the data asks again. What else is to be told to anybody about the process does not
/// wait longer than this for its turn.
constexpr std::chrono::seconds attempt_timeout{10};

std::unexpected<Error> no_address(const transfer::TransferProcess& process) {
  return fail(ErrorCode::not_found, "the transfer process is {} and has no address to fetch from",
              transfer::state_names.name(process.state));
}

bool has_access(const transfer::TransferProcess& process) {
  return process.state == transfer::State::started && process.role == dsp::Role::consumer &&
         process.data_address;
}

Result<dsp::DataAddress> what_is_good(const transfer::TransferProcess& process, Instant now) {
  if (!has_access(process)) return no_address(process);
  const auto life = transfer::token_life_of(process);
  if (!life || now < life->expires_at) return *process.data_address;
  if (process.renewing) return fail(ErrorCode::unavailable, "the access is being renewed");
  return fail(ErrorCode::peer_unavailable, "the access has expired and could not be renewed: {}",
              process.renewal_error);
}

}  // namespace

Result<dsp_endpoint::DspPeers::Renewal> renewal_of(const transfer::RenewToken& effect) {
  if (!effect.data_address) return invalid("/dataAddress", "is required");
  const bool protects = effect.data_address->endpoint.value_or("").starts_with("https://");
  auto access = dps::read_http_access(*effect.data_address, {.https_only = protects});
  if (!access) return fail(std::move(access.error()));
  if (!access->renewal) return invalid("/dataAddress", "the token cannot be renewed");
  return dsp_endpoint::DspPeers::Renewal{.context = {},
                                         .audience = effect.flow.counter_party,
                                         .url = std::move(access->renewal->refresh_endpoint),
                                         .access_token = access->access_token.value_or(""),
                                         .refresh_token = std::move(access->renewal->refresh_token),
                                         .trace = {}};
}

Result<dsp::DataAddress> renewed(dsp::DataAddress address, std::string_view answer) {
  auto response = json::decode<dps::TokenRenewalResponse>(answer);
  if (!response) return fail(std::move(response.error()));
  dps::set_property(address, {"authorization", std::move(response->access_token)});
  if (response->refresh_token)
    dps::set_property(address, {"refreshToken", std::move(*response->refresh_token)});
  // RFC 6749 leaves it out where it is as before.
  if (response->expires_in.count() > 0)
    dps::set_property(address, {"expiresIn", std::to_string(response->expires_in.count())});
  return address;
}

Task<Result<dsp::DataAddress>> Transfers::access(platform::routing::Call call) {
  auto& engine = services_.engine;
  const auto id = call.entity("transferProcessId");
  auto loaded = co_await engine.load<Machine>(call.context, id);
  if (!loaded) co_return fail(std::move(loaded.error()));
  if (!has_access(loaded->entity)) co_return no_address(loaded->entity);
  const auto life = transfer::token_life_of(loaded->entity);
  if (!life || engine.clock().now() < life->renew_from) co_return *loaded->entity.data_address;
  Command command{call.context, id, call.caller.subject, call.trace};
  auto asked = co_await engine.apply<Machine>(std::move(command), transfer::RenewAccess{});
  // Suspended or ended meanwhile: what is said then is what it has become.
  if (!asked && asked.error().code != ErrorCode::illegal_transition) co_return fail(std::move(asked.error()));
  const auto bound = platform::async::Deadline::after(engine.clock(), attempt_timeout);
  auto settled = co_await engine.wait<Machine>(
      call.context, id, [](const transfer::TransferProcess& process) { return !process.renewing; }, bound);
  if (!settled) co_return fail(std::move(settled.error()));
  co_return what_is_good(settled->entity, engine.clock().now());
}

/// Whatever comes of it, the next message about the process does not wait for more attempts.
Task<Result<Transfers::Outcome>> Transfers::renew(engine::Committed<transfer::Effect> effect) {
  const auto& order = std::get<transfer::RenewToken>(*effect);
  auto renewal = renewal_of(order);
  if (!renewal) co_return fail(std::move(renewal.error()));
  const auto presented = renewal->refresh_token;
  renewal->context = effect.call().context;
  renewal->trace = effect.call().trace;
  const auto bound = platform::async::Deadline::after(services_.engine.clock(), attempt_timeout);
  auto answer = co_await services_.peers.renew(std::move(*renewal), bound);
  if (!answer) co_return Outcome(transfer::AccessNotRenewed{presented, answer.error().message()});
  auto address = renewed(*order.data_address, *answer);
  if (!address) co_return Outcome(transfer::AccessNotRenewed{presented, "its answer cannot be read"});
  co_return Outcome(transfer::AccessRenewed{presented, std::move(*address)});
}

}  // namespace kontor::runtime::transfer_process
