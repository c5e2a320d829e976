#include "runtime/obtaining/outcomes.hpp"

#include "domain/contract_negotiation/agreement.hpp"
#include "protocol/dsp/paths.hpp"

namespace kontor::runtime::obtaining {

namespace dsp = protocol::dsp;
namespace negotiation = domain::contract_negotiation;
namespace transfer = domain::transfer_process;
using obtaining::Failure;
using obtaining::Hop;

namespace {

constexpr std::chrono::seconds question_timeout{10};
constexpr std::uint32_t attempts_max = 3;
constexpr json::ParseLimits answer_max{.bytes_max = std::size_t{4} << 20};

/// How a process ended that was to lead on.
struct End {
  Hop hop;
  std::string_view what;  ///< `negotiation`
  const dsp::Pid& pid;
  const std::string& detail;
};

Failure by_peer(const End& end) {
  return {end.hop, ErrorCode::peer_refused,
          fmt::format("the counter-party terminated the {} '{}'", end.what, end.pid), end.detail};
}

Failure undelivered(const End& end) {
  return {end.hop,
          ErrorCode::peer_refused,
          fmt::format("a message about the {} '{}' was refused or could not be delivered: {}", end.what,
                      end.pid, end.detail),
          {}};
}

Failure by_us(const End& end) {
  return {end.hop,
          ErrorCode::illegal_transition,
          fmt::format("the {} '{}' ended on our side: {}", end.what, end.pid, end.detail),
          {}};
}

}  // namespace

dsp_endpoint::DspPeers::Message question_of(const platform::engine::EffectCall& call,
                                            const obtaining::Wanted& wanted) {
  return {.context = call.context,
          .audience = wanted.counter_party,
          .profile = wanted.profile,
          .method = "GET",
          .url = dsp::paths::dataset(wanted.address, wanted.dataset),
          .body = {},
          .trace = call.trace};
}

platform::async::Deadline question_deadline(platform::async::Clock& clock) {
  return platform::async::Deadline::after(clock, question_timeout);
}

bool may_pass(const Error& error, std::uint32_t attempt) {
  return error.row().retry != Retry::never && attempt < attempts_max;
}

std::expected<dsp::Dataset, Failure> read_dataset(const std::string& answer,
                                                  const obtaining::Wanted& wanted) {
  const auto unreadable = [](std::string_view why) {
    return std::unexpected(Failure{Hop::catalog,
                                   ErrorCode::peer_refused,
                                   fmt::format("the counter-party's dataset cannot be read: {}", why),
                                   {}});
  };
  auto read = json::decode<dsp::RootDataset>(answer, answer_max);
  if (!read) return unreadable(read.error().message());
  if (read->dataset.id == wanted.dataset) return std::move(read->dataset);
  return unreadable(fmt::format("asked for '{}' it told of '{}'", wanted.dataset, read->dataset.id));
}

Failure failure_of(const Error& error, const obtaining::Wanted& wanted) {
  const bool is_unknown = error.cause && error.cause->code == ErrorCode::not_found;
  if (!is_unknown)
    return {Hop::catalog, error.code, "the catalog could not be asked: " + error.message(), {}};
  return {Hop::catalog, ErrorCode::not_found,
          fmt::format("the catalog of {} has no dataset '{}' that we may see", wanted.counter_party,
                      wanted.dataset),
          error.cause->message()};
}

obtaining::NegotiationEnded outcome_of(const negotiation::ContractNegotiation& process) {
  if (negotiation::is_binding(process)) return {process.pid, negotiation::agreement_entity_id(process)};
  const End end{Hop::negotiation, "negotiation", process.pid, process.error_detail};
  if (process.ended_by == negotiation::EndedBy::peer) return {process.pid, {}, by_peer(end)};
  if (process.ended_by == negotiation::EndedBy::undeliverable) return {process.pid, {}, undelivered(end)};
  return {process.pid, {}, by_us(end)};
}

obtaining::TransferSettled outcome_of(const transfer::TransferProcess& process) {
  if (!process.ended()) return {process.pid};
  const End end{Hop::transfer, "transfer", process.pid, process.error_detail};
  if (process.ended_by == transfer::EndedBy::peer) return {process.pid, by_peer(end)};
  if (process.ended_by == transfer::EndedBy::undeliverable) return {process.pid, undelivered(end)};
  return {process.pid, by_us(end)};
}

Error error_of(const Failure& failure) {
  return {failure.code, fmt::format("{}: {}{}{}", obtaining::hop_names.name(failure.hop), failure.reason,
                                    failure.said.empty() ? "" : ": ", failure.said)};
}

}  // namespace kontor::runtime::obtaining
