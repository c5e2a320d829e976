#include "app/foundation/listener_settings.hpp"

namespace kontor::app::foundation {

using config::field;
using namespace std::chrono_literals;

config::Fields fields_of(config::Type<TlsSettings>) {
  using S = TlsSettings;
  return {
      field("certificate_file", &S::certificate_file, "certificate chain of this listener, PEM")
          .required()
          .not_empty(),
      field("private_key_file", &S::private_key_file, "its private key, PEM").required().not_empty(),
      field("client_authority_file", &S::client_authority_file,
            "when set, clients must show a certificate of this authority (mTLS), PEM"),
  };
}

config::Fields fields_of(config::Type<ListenerSettings>) {
  using S = ListenerSettings;
  return {
      field("address", &S::address, "address to listen on; 0.0.0.0 or :: for all").not_empty(),
      field("port", &S::port, "port to listen on; 0 takes a free one and logs it"),
      field("tls", &S::tls, "serve https with this certificate; without it http"),
      field("connections_max", &S::connections_max, "connections at a time; more are refused").at_least(1),
      field("header_bytes_max", &S::header_bytes_max, "largest header of a request")
          .unit("bytes")
          .at_least(1024),
      field("header_timeout", &S::header_timeout, "time for a request's header, from its first byte")
          .at_least(100ms),
      field("body_timeout", &S::body_timeout,
            "time without progress of a body before the connection is closed")
          .at_least(100ms),
      field("idle_timeout", &S::idle_timeout, "time a connection may wait for its next request")
          .at_least(100ms),
  };
}

platform::http::ListenerConfig listener_config(const ListenerSettings& settings) {
  platform::http::ListenerConfig config{
      .address = settings.address,
      .port = settings.port,
      .header_bytes_max = settings.header_bytes_max,
      .stream_requests = true,
      .connections_max = settings.connections_max,
      .header_timeout = settings.header_timeout,
      .body_timeout = settings.body_timeout,
      .idle_timeout = settings.idle_timeout,
  };
  if (settings.tls) {
    config.tls = platform::http::ServerTls{settings.tls->certificate_file, settings.tls->private_key_file,
                                           settings.tls->client_authority_file};
  }
  return config;
}

std::string origin_of(const ListenerSettings& settings, std::uint16_t port) {
  const bool v6 = settings.address.contains(':');
  return fmt::format("{}://{}{}{}:{}", settings.tls ? "https" : "http", v6 ? "[" : "", settings.address,
                     v6 ? "]" : "", port);
}

}  // namespace kontor::app::foundation
