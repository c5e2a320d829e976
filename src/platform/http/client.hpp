#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/client_identity.hpp"
#include "platform/http/message.hpp"
#include "platform/telemetry/trace_context.hpp"

namespace kontor::platform::http {

/// Who chose an address decides what it may reach.
enum class Trust : std::uint8_t {
  configured,  ///< by the operator, in the configuration: may be anywhere
  foreign,     ///< by a tenant or another party: passes the SSRF guard, and the address that was checked is
               ///< connected to
};

struct SendOptions {
  async::Deadline deadline;
  Trust trust = Trust::foreign;
  std::size_t body_bytes_max = 4 * 1024 * 1024;  ///< of the response, when it is collected
  bool stream_response = false;                  ///< hand the body over as it comes; else it is collected
  /// Of a response that is streamed: a body of no more bytes that is there with its head is text.
  std::size_t text_bytes_max = 0;
  /// How long a streamed body, of either direction, may stand still, and the answer to one be waited for.
  /// `deadline` bounds both, and a body that is collected; a streamed response may take as long as it moves.
  Duration stall_timeout = std::chrono::seconds(60);
  telemetry::TraceContext trace = {};  ///< sent on as `traceparent`
  /// Shown to this server in place of the client's own (`TlsFiles`); none for addresses without TLS.
  std::shared_ptr<const ClientIdentity> identity = {};
};

struct TlsFiles {
  std::string certificate_authority_file;  ///< PEM; empty: the system's
  std::string certificate_file;            ///< client certificate for mTLS, PEM; empty: none
  std::string private_key_file;
};

struct ClientConfig {
  TlsFiles tls;
  /// Networks in CIDR form that foreign addresses may reach although they are private, loopback or
  /// link-local.
  std::vector<std::string> allowed_networks;
  std::string https_proxy;  ///< from HTTPS_PROXY unless configured
  std::string no_proxy;
  std::size_t connections_per_host_max = 64;
  std::size_t idle_connections_max = 256;
  Duration connect_timeout = std::chrono::seconds(5);
  Duration idle_timeout = std::chrono::seconds(60);
};

/// Sends requests over pooled connections; does not follow redirects. A pooled connection that turns out to
/// be closed is replaced once when nothing was read and the method is idempotent: what a POST asks for may
/// have been done. Errors: malformed (the URL), address_refused, peer_unavailable (connect, TLS, broken
/// response), timeout, too_large, invalid_input (the identity). A status is not an error here.
class Client {
 public:
  virtual ~Client() = default;
  virtual Task<Result<Response>> send(Request request, SendOptions options) = 0;
};

Result<std::unique_ptr<Client>> make_client(async::Scope& scope, async::Clock& clock,
                                            const ClientConfig& config);

}  // namespace kontor::platform::http
