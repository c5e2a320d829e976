#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/transfer_process/effects.hpp"

namespace kontor::domain::transfer_process {

/// A message as it goes out: POST `body` to `url`, for `audience`, under the dataspace profile. The body may
/// hold secrets.
struct Outgoing {
  std::string url;
  std::string body;
  Did audience;
  std::string profile;
  MessageId message;
};

/// Nothing for the effects that go to the data plane.
std::optional<Outgoing> outgoing(const Effect& effect);

/// What a renewal presents.
std::string refresh_token_of(const RenewToken& effect);

/// The event of a 2xx answer to `message`. `answer` is the body, which may be empty or anything: a
/// TransferProcess in it tells the peer's pid.
Acknowledged acknowledged(const SendRequest& request, std::string_view answer);

}  // namespace kontor::domain::transfer_process
