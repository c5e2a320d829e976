#pragma once

#include <memory>
#include <string>

#include "platform/http/client.hpp"
#include "platform/http/client_identity.hpp"
#include "platform/http/internal/stream.hpp"
#include "platform/http/server.hpp"

struct ssl_ctx_st;

namespace kontor::platform::http {

/// Keys, certificates and rules of TLS for one listener or client: TLS 1.2 and newer, ALPN http/1.1, no
/// renegotiation.
class TlsContext {
 public:
  /// Errors: invalid_input, naming the file.
  static Result<std::shared_ptr<const TlsContext>> for_server(const ServerTls& files);
  static Result<std::shared_ptr<const TlsContext>> for_client(const TlsFiles& files);
  ~TlsContext();

  ssl_ctx_st* native() const { return context_; }
  /// Loads the system's authorities where no others are configured: at the first connection, since it takes
  /// 50 ms.
  void complete_trust() const;

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
  mutable bool lacks_system_trust_ = false;
};

/// Speaks TLS over a connection that was accepted. The shake is bound by the connection's deadline.
Task<Result<std::unique_ptr<Stream>>> accept_tls(std::shared_ptr<const TlsContext> context,
                                                 std::unique_ptr<Stream> transport);

/// Speaks TLS over a connection that was opened; the peer must prove to be `host`, a DNS name or an IP
/// address. `identity` is shown where it asks for one; null: that of the context.
Task<Result<std::unique_ptr<Stream>>> connect_tls(std::shared_ptr<const TlsContext> context,
                                                  std::unique_ptr<Stream> transport, std::string host,
                                                  std::shared_ptr<const ClientIdentity> identity = {});

}  // namespace kontor::platform::http
