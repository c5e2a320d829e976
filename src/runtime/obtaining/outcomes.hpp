#pragma once

#include <expected>
#include <string>

#include "domain/contract_negotiation/types.hpp"
#include "domain/obtaining/types.hpp"
#include "domain/transfer_process/types.hpp"
#include "platform/engine/engine_core.hpp"
#include "protocol/dsp/catalog.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"

/// What answers, negotiations and transfers are to a flight, and what a flight that failed is to who asked.
namespace kontor::runtime::obtaining {

namespace obtaining = domain::obtaining;

/// The question for the dataset, and how long one attempt at it may take.
dsp_endpoint::DspPeers::Message question_of(const platform::engine::EffectCall& call,
                                            const obtaining::Wanted& wanted);
platform::async::Deadline question_deadline(platform::async::Clock& clock);
/// Whether another attempt is worth it: somebody waits, so there are three and no more.
bool may_pass(const Error& error, std::uint32_t attempt);
/// The answer to it: a dataset with the id that was asked for, or no dataset at all.
std::expected<protocol::dsp::Dataset, obtaining::Failure> read_dataset(const std::string& answer,
                                                                       const obtaining::Wanted& wanted);
/// That there is none, or that it cannot be known.
obtaining::Failure failure_of(const Error& error, const obtaining::Wanted& wanted);

/// Of a negotiation that has ended.
obtaining::NegotiationEnded outcome_of(const domain::contract_negotiation::ContractNegotiation& negotiation);
/// Of a transfer that has started or ended.
obtaining::TransferSettled outcome_of(const domain::transfer_process::TransferProcess& process);

/// In one sentence: the hop, why, and what the counter-party said.
Error error_of(const obtaining::Failure& failure);

}  // namespace kontor::runtime::obtaining
