#pragma once

#include <string_view>

#include "domain/transfer_process/effects.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"

/// The messages of a renewal of access to data. Pure.   [DPS Profiles, Token Renewal]
namespace kontor::runtime::transfer_process {

namespace transfer = domain::transfer_process;

/// What the counter-party is asked. The token endpoint must not be less protected than the data. Errors:
/// invalid_input (an address that cannot be understood).
Result<dsp_endpoint::DspPeers::Renewal> renewal_of(const transfer::RenewToken& effect);

/// The address with what the counter-party's answer changes in it. A refresh token that is not replaced goes
/// on. Errors: invalid_input (no answer to a renewal).
Result<protocol::dsp::DataAddress> renewed(protocol::dsp::DataAddress address, std::string_view answer);

}  // namespace kontor::runtime::transfer_process
