#pragma once

#include "platform/http/client.hpp"

namespace kontor::platform::http {

/// A client for who passes on what was asked of it: a request keeps the Host that it came with.
Result<std::unique_ptr<Client>> make_gateway(async::Scope& scope, async::Clock& clock,
                                             const ClientConfig& config);

}  // namespace kontor::platform::http
