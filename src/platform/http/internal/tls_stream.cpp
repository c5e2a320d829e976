#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "platform/http/guard.hpp"
#include "platform/http/internal/memory_bio.hpp"
#include "platform/http/internal/openssl_error.hpp"
#include "platform/http/internal/tls.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t record_bytes_max = 16 * 1024;
constexpr std::size_t unsent_bytes_max = 64 * 1024;

class TlsStream : public Stream {
 public:
  TlsStream(std::shared_ptr<const TlsContext> context, std::unique_ptr<Stream> transport)
      : context_(std::move(context)), transport_(std::move(transport)), ssl_(SSL_new(context_->native())) {
    invariant(ssl_ != nullptr, "OpenSSL makes a connection");
    auto* bio = bio_.make();
    SSL_set_bio(ssl_, bio, bio);
  }
  ~TlsStream() override { SSL_free(ssl_); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  Task<Result<void>> accept() {
    SSL_set_accept_state(ssl_);
    return shake_hands();
  }

  Task<Result<void>> connect(std::string host, std::shared_ptr<const ClientIdentity> identity) {
    SSL_set_connect_state(ssl_);
    if (identity) {
      auto shown = identity->show_in(*ssl_);
      if (!shown) co_return shown;
    }
    auto* rules = SSL_get0_param(ssl_);
    X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    bool set = false;
    if (parse_address(host)) {
      set = X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;
    } else {
      set = SSL_set1_host(ssl_, host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl_, host.c_str()) == 1;
    }
    if (!set) co_return fail(ErrorCode::peer_unavailable, "TLS: `{}` cannot be verified as a host", host);
    auto shaken = co_await shake_hands();
    co_return shaken;
  }

  Task<Result<std::size_t>> read(std::span<char> buffer) override {
    while (true) {
      std::size_t size = 0;
      ERR_clear_error();
      auto done = SSL_read_ex(ssl_, buffer.data(), buffer.size(), &size);
      auto reason = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_, done);
      auto flushed = co_await flush();
      if (!flushed) co_return fail(std::move(flushed.error()));
      if (done == 1) co_return size;
      if (reason == SSL_ERROR_ZERO_RETURN) co_return 0u;
      if (reason != SSL_ERROR_WANT_READ) co_return fail(broken("read"));
      auto filled = co_await fill();
      if (!filled) co_return fail(std::move(filled.error()));
    }
  }

  Task<Result<void>> wait_readable() override {
    if (SSL_has_pending(ssl_) == 1 || bio_.has_received()) co_return Result<void>{};
    bio_.release();
    auto waited = co_await transport_->wait_readable();
    co_return waited;
  }

  Task<Result<void>> write(std::span<const std::string_view> pieces) override {
    // Small pieces share a record, so a head and a short body are one write below.
    std::string joined;
    for (auto piece : pieces) {
      if (joined.size() + piece.size() <= record_bytes_max) {
        joined += piece;
        continue;
      }
      auto first = co_await write_text(joined);
      if (!first) co_return first;
      joined.clear();
      auto second = co_await write_text(piece);
      if (!second) co_return second;
    }
    auto last = co_await write_text(joined);
    if (!last) co_return last;
    auto flushed = co_await flush();
    co_return flushed;
  }

  Task<void> finish() override {
    SSL_shutdown(ssl_);
    ERR_clear_error();
    co_await flush();
    co_await transport_->finish();
  }

  void set_deadline(Instant at) override { transport_->set_deadline(at); }
  void abort() override { transport_->abort(); }
  bool quiet() override { return SSL_has_pending(ssl_) == 0 && !bio_.has_received() && transport_->quiet(); }

  std::optional<std::string> peer_subject() const override {
    auto* certificate = SSL_get0_peer_certificate(ssl_);
    if (certificate == nullptr) return std::nullopt;
    auto* memory = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    auto size = BIO_get_mem_data(memory, &text);
    std::string subject(text, static_cast<std::size_t>(size));
    BIO_free(memory);
    return subject;
  }

 private:
  Task<Result<void>> shake_hands() {
    while (true) {
      ERR_clear_error();
      auto done = SSL_do_handshake(ssl_);
      auto reason = done == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_, done);
      auto why = reason == SSL_ERROR_NONE || reason == SSL_ERROR_WANT_READ ? Error{} : broken("handshake");
      auto flushed = co_await flush();  // also the alert that says why the peer is refused
      if (reason != SSL_ERROR_NONE && reason != SSL_ERROR_WANT_READ) co_return fail(std::move(why));
      if (!flushed) co_return flushed;
      if (done == 1) co_return Result<void>{};
      auto filled = co_await fill();
      if (!filled) co_return filled;
    }
  }

  Task<Result<void>> write_text(std::string_view text) {
    while (!text.empty()) {
      std::size_t taken = 0;
      ERR_clear_error();
      auto done = SSL_write_ex(ssl_, text.data(), text.size(), &taken);
      if (done != 1) co_return fail(broken("write"));
      text.remove_prefix(taken);
      if (bio_.outgoing().size() < unsent_bytes_max) continue;
      auto flushed = co_await flush();
      if (!flushed) co_return flushed;
    }
    co_return Result<void>{};
  }

  Task<Result<void>> flush() {
    if (bio_.outgoing().empty()) co_return Result<void>{};
    std::string_view piece = bio_.outgoing();
    auto written = co_await transport_->write(std::span(&piece, 1));
    bio_.outgoing().clear();
    co_return written;
  }

  Task<Result<void>> fill() {
    if (bio_.ended())
      co_return fail(ErrorCode::peer_unavailable, "TLS: the peer closed the connection without a word");
    auto size = co_await transport_->read(bio_.space());
    if (!size) co_return fail(std::move(size.error()));
    bio_.received(*size);
    if (*size == 0) bio_.end_of_stream();
    co_return Result<void>{};
  }

  Error broken(std::string_view operation) const {
    auto verified = SSL_get_verify_result(ssl_);
    auto reason = openssl_reason();
    if (verified != X509_V_OK) {
      reason = std::string("the peer's certificate is refused: ") + X509_verify_cert_error_string(verified);
    }
    return {ErrorCode::peer_unavailable, fmt::format("TLS {}: {}", operation, reason), {}, {}};
  }

  std::shared_ptr<const TlsContext> context_;
  std::unique_ptr<Stream> transport_;
  MemoryBio bio_;
  SSL* ssl_;
};

}  // namespace

Task<Result<std::unique_ptr<Stream>>> accept_tls(std::shared_ptr<const TlsContext> context,
                                                 std::unique_ptr<Stream> transport) {
  auto stream = std::make_unique<TlsStream>(std::move(context), std::move(transport));
  auto shaken = co_await stream->accept();
  if (!shaken) co_return fail(std::move(shaken.error()));
  co_return std::unique_ptr<Stream>(std::move(stream));
}

Task<Result<std::unique_ptr<Stream>>> connect_tls(std::shared_ptr<const TlsContext> context,
                                                  std::unique_ptr<Stream> transport, std::string host,
                                                  std::shared_ptr<const ClientIdentity> identity) {
  context->complete_trust();
  auto stream = std::make_unique<TlsStream>(std::move(context), std::move(transport));
  auto shaken = co_await stream->connect(std::move(host), std::move(identity));
  if (!shaken) co_return fail(std::move(shaken.error()));
  co_return std::unique_ptr<Stream>(std::move(stream));
}

}  // namespace kontor::platform::http
