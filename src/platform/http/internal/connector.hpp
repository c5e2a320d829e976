#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"
#include "platform/http/guard.hpp"
#include "platform/http/internal/proxy.hpp"
#include "platform/http/internal/resolver.hpp"
#include "platform/http/internal/stream.hpp"
#include "platform/http/internal/tls.hpp"
#include "platform/http/url.hpp"

namespace kontor::platform::http {

/// Opens connections: looks the host up, asks the guard, goes through the proxy where one is set, shakes
/// hands.
class Connector {
 public:
  /// Errors: invalid_input.
  static Result<std::unique_ptr<Connector>> make(async::Scope& scope, async::Clock& clock,
                                                 const ClientConfig& config);

  /// Errors: address_refused, peer_unavailable, timeout, cancelled, unavailable, invalid_input (the
  /// identity).
  Task<Result<std::unique_ptr<Stream>>> connect(const Url& url, const SendOptions& options,
                                                async::Deadline deadline);

 private:
  using Addresses = std::vector<AddressBytes>;

  Connector(async::Scope& scope, async::Clock& clock, AddressGuard guard, ProxyRules proxy,
            std::shared_ptr<const TlsContext> tls)
      : clock_(clock),
        resolver_(scope, clock),
        guard_(std::move(guard)),
        proxy_(std::move(proxy)),
        tls_(std::move(tls)) {}

  Task<Result<Addresses>> addresses(const Url& url, Trust trust, async::Deadline deadline);
  Task<Result<std::unique_ptr<Stream>>> connect_any(const Addresses& addresses, std::uint16_t port,
                                                    async::Deadline deadline);
  Task<Result<std::unique_ptr<Stream>>> connect_through_proxy(const Url& url, Trust trust,
                                                              async::Deadline deadline);
  Task<Result<void>> ask_proxy(Stream& stream, std::string destination);

  async::Clock& clock_;
  Resolver resolver_;
  AddressGuard guard_;
  ProxyRules proxy_;
  std::shared_ptr<const TlsContext> tls_;
};

}  // namespace kontor::platform::http
