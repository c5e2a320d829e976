#pragma once

#include <string>
#include <string_view>

#include "protocol/dsp/types.hpp"

/// Addresses of the HTTPS binding. `base` is a connector's base or a callback address, with or without one
/// trailing slash; ids are percent-encoded. The path's id is always the receiver's own pid.   [DSP 2025-1,
/// HTTPS bindings]
namespace kontor::protocol::dsp::paths {

std::string version_document(std::string_view root);
std::string catalog_request(std::string_view base);
std::string dataset(std::string_view base, const DatasetId& id);

/// GET of a negotiation at the provider or at the consumer.
std::string negotiation(std::string_view base, const Pid& receiver);
std::string negotiation_request(std::string_view base);  ///< consumer → provider, initial
std::string negotiation_request(std::string_view base,
                                const Pid& provider);                        ///< consumer → provider, counter
std::string negotiation_offers(std::string_view base);                       ///< provider → consumer, initial
std::string negotiation_offers(std::string_view base, const Pid& consumer);  ///< provider → consumer, counter
std::string negotiation_agreement(std::string_view base, const Pid& consumer);
std::string negotiation_verification(std::string_view base, const Pid& provider);
std::string negotiation_events(std::string_view base, const Pid& receiver);
std::string negotiation_termination(std::string_view base, const Pid& receiver);
/// Of an agreement in force: not in the protocol, and known to installations of this software alone.
std::string agreement_termination(std::string_view base, const Pid& receiver);

std::string transfer(std::string_view base, const Pid& receiver);
std::string transfer_request(std::string_view base);
std::string transfer_start(std::string_view base, const Pid& receiver);
std::string transfer_completion(std::string_view base, const Pid& receiver);
std::string transfer_suspension(std::string_view base, const Pid& receiver);
std::string transfer_termination(std::string_view base, const Pid& receiver);

}  // namespace kontor::protocol::dsp::paths
