#include "silent_peer.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text/encoding.hpp"

namespace kontor::bench {

using installation::Request;
using installation::verify;

namespace {

/// The kernel completes connections up to this number although nobody accepts them.
constexpr int connections_max = 4096;

/// A catalog request with a token that nobody has signed: it is read before its issuer's key is looked for.
Request message_to(const installation::Company& acme, const Did& sender) {
  const auto part = [](const std::string& text) { return text::base64url_encode(bytes_of(text)); };
  const auto token =
      part(fmt::format(R"({{"alg":"ES256","kid":"{}#key-1"}})", sender)) + "." +
      part(fmt::format(R"({{"iss":"{0}","sub":"{0}","aud":"{1}","jti":"1","iat":1,"exp":4000000000,)"
                       R"("token":"opaque"}})",
                       sender, acme.did)) +
      "." + part(std::string(64, 'x'));
  return {.method = "POST",
          .url = acme.home->dsp_url(acme.context) + "/catalog/request",
          .token = token,
          .body = R"({"@context":["https://w3id.org/dspace/2025/1/context.jsonld"],)"
                  R"("@type":"CatalogRequestMessage"})"};
}

}  // namespace

SilentPeer::SilentPeer(installation::Driver& driver) : driver_(driver) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  verify(socket_ >= 0 && ::bind(socket_, generic, sizeof address) == 0 &&
             ::listen(socket_, connections_max) == 0 && getsockname(socket_, generic, &length) == 0,
         "a port for the silent peer cannot be had");
  port_ = ntohs(address.sin_port);
}

SilentPeer::~SilentPeer() {
  stop();
  close(socket_);
}

Did SilentPeer::did() const {
  return Did(fmt::format("did:web:127.0.0.1%3A{}:silent", port_));
}
std::string SilentPeer::url() const {
  return fmt::format("http://127.0.0.1:{}/dsp", port_);
}

void SilentPeer::bother(Subject& subject, std::size_t per_second) {
  scope_ = std::make_unique<platform::async::Scope>(driver_.loop().executor());
  const Duration pause = Duration(std::chrono::seconds(1)) / static_cast<std::int64_t>(per_second);
  const auto body = fmt::format(
      R"({{{},"@type":"ContractRequest","profile":"http-dsp-profile-2025-1","counterPartyAddress":"{}",)"
      R"("counterPartyId":"{}","policy":{{"@type":"Offer","@id":"urn:uuid:offer","assigner":"{}",)"
      R"("target":"theirs","permission":[{{"action":"use"}}]}}}})",
      installation::management_context, url(), did(), did());
  scope_->spawn(be_opened({.method = "POST",
                           .url = installation::management(subject.acme, "contractnegotiations"),
                           .token = subject.home.admin_token(driver_),
                           .body = body},
                          pause));
  scope_->spawn(ask(message_to(subject.acme, did()), pause));
}

void SilentPeer::stop() {
  if (scope_) driver_.loop().run(scope_->close());
  scope_.reset();
}

Task<void> SilentPeer::be_opened(Request opening, Duration pause) {
  for (;;) {
    auto answer = co_await driver_.ask(opening);
    if (answer && answer->status == 200) ++opened_;
    auto waited = co_await driver_.loop().clock().wait_until(driver_.loop().clock().now() + pause);
    if (!waited) co_return;
  }
}

namespace {

Task<void> send(installation::Driver& driver, Request message) {
  co_await driver.ask(std::move(message));
}

}  // namespace

/// What was asked for a moment ago may have no answer yet when the next one is sent.
Task<void> SilentPeer::ask(Request message, Duration pause) {
  for (;;) {
    if (scope_->running() < 1000) scope_->spawn(send(driver_, message));
    auto waited = co_await driver_.loop().clock().wait_until(driver_.loop().clock().now() + pause);
    if (!waited) co_return;
  }
}

}  // namespace kontor::bench
