#pragma once

#include <string>
#include <string_view>

#include "domain/contract_negotiation/types.hpp"

namespace kontor::domain::contract_negotiation {

/// A message as it goes out: POST `body` to `url`, for `audience`, under the dataspace profile.
struct Outgoing {
  std::string url;
  std::string body;
  Did audience;
  std::string profile;
  MessageId message;
};

/// None: the effect is no message.
std::optional<Outgoing> outgoing(const Effect& effect);

/// The event of a 2xx answer. `answer` is the body, which may be empty or anything: a ContractNegotiation in
/// it tells the peer's pid.
Acknowledged acknowledged(const Effect& effect, std::string_view answer);

}  // namespace kontor::domain::contract_negotiation
