#include <openssl/ssl.h>

#include <utility>

#include "platform/http/internal/openssl_error.hpp"
#include "platform/http/internal/tls.hpp"

namespace kontor::platform::http {
namespace {

constexpr unsigned char alpn_http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                    unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  auto found =
      SSL_select_next_proto(&chosen, out_size, alpn_http11, sizeof alpn_http11, offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_common_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections give their record buffers back.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
}

Result<void> use_identity(SSL_CTX* context, const std::string& certificate_file,
                          const std::string& key_file) {
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
    return fail(ErrorCode::invalid_input,
                "the certificate file `{}` cannot be used ({}): give a PEM chain, own "
                "certificate first",
                certificate_file, openssl_reason());
  }
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return fail(ErrorCode::invalid_input,
                "the private key file `{}` cannot be used ({}): give an unencrypted PEM key "
                "that belongs to `{}`",
                key_file, openssl_reason(), certificate_file);
  }
  return {};
}

Result<void> trust_authorities(SSL_CTX* context, const std::string& file) {
  if (SSL_CTX_load_verify_file(context, file.c_str()) == 1) return {};
  return fail(ErrorCode::invalid_input,
              "the certificate authority file `{}` cannot be used ({}): give PEM "
              "certificates",
              file, openssl_reason());
}

}  // namespace

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_server(const ServerTls& files) {
  std::shared_ptr<const TlsContext> tls(new TlsContext(SSL_CTX_new(TLS_server_method())));
  auto* context = tls->native();
  invariant(context != nullptr, "OpenSSL makes a context");
  set_common_rules(context);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  auto identity = use_identity(context, files.certificate_file, files.private_key_file);
  if (!identity) return fail(std::move(identity.error()));
  if (files.client_authority_file.empty()) return tls;

  auto trust = trust_authorities(context, files.client_authority_file);
  if (!trust) return fail(std::move(trust.error()));
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(files.client_authority_file.c_str()));
  constexpr unsigned char purpose[] = "kontor";
  SSL_CTX_set_session_id_context(context, purpose, sizeof purpose - 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return tls;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_client(const TlsFiles& files) {
  std::shared_ptr<const TlsContext> tls(new TlsContext(SSL_CTX_new(TLS_client_method())));
  auto* context = tls->native();
  invariant(context != nullptr, "OpenSSL makes a context");
  set_common_rules(context);
  SSL_CTX_set_alpn_protos(context, alpn_http11, sizeof alpn_http11);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  tls->lacks_system_trust_ = files.certificate_authority_file.empty();
  if (!tls->lacks_system_trust_) {
    auto trust = trust_authorities(context, files.certificate_authority_file);
    if (!trust) return fail(std::move(trust.error()));
  }
  if (files.certificate_file.empty()) return tls;
  auto identity = use_identity(context, files.certificate_file, files.private_key_file);
  if (!identity) return fail(std::move(identity.error()));
  return tls;
}

void TlsContext::complete_trust() const {
  if (std::exchange(lacks_system_trust_, false)) SSL_CTX_set_default_verify_paths(context_);
}

}  // namespace kontor::platform::http
