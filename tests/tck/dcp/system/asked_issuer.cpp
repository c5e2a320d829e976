#include "tck/dcp/system/asked_issuer.hpp"

#include <fmt/format.h>

#include "installation/driver.hpp"

namespace kontor::tck::dcp {

namespace http = platform::http;
using platform::async::Deadline;

namespace {

constexpr auto asked_within = std::chrono::seconds(20);
constexpr auto answered_within = std::chrono::seconds(2);

http::ListenerConfig listening_at(const std::string& address) {
  http::ListenerConfig config;
  config.port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  return config;
}

}  // namespace

AskedIssuer::AskedIssuer(kontor::testing::EventLoop& loop, const Parties& parties)
    : loop_(loop),
      document_(fmt::format(R"({{"@context":["https://www.w3.org/ns/did/v1"],"id":"{}","service":[{{)"
                            R"("id":"issuer","type":"IssuerService","serviceEndpoint":"{}"}}],)"
                            R"("verificationMethod":[]}})",
                            parties.counter_party_did("issuer"), parties.counter_party)),
      scope_(loop.executor()),
      taken_(loop.executor(), loop.clock()) {
  auto listener = http::listen(scope_, loop.clock(), listening_at(parties.counter_party),
                               [this](http::Request request) { return answer(std::move(request)); });
  installation::verify(listener.has_value(), "the counter-party's address cannot be listened at");
  listener_ = std::move(*listener);
}

AskedIssuer::~AskedIssuer() {
  loop_.run(listener_->drain(Deadline::after(loop_.clock(), answered_within)));
  loop_.run(scope_.close());
}

void AskedIssuer::await_requests(int count) {
  installation::verify(loop_.run(requested(count)), "the holder under test did not ask for credentials");
}

Task<bool> AskedIssuer::requested(int count) {
  const auto deadline = Deadline::after(loop_.clock(), asked_within);
  auto ticket = taken_.ticket();
  while (requests_ < count) {
    const bool woken = co_await taken_.wait(ticket, deadline);
    if (!woken) break;
    ticket = taken_.ticket();
  }
  co_return requests_ >= count;
}

Task<http::Response> AskedIssuer::answer(http::Request request) {
  if (request.method == "GET" && request.target == "/issuer/did.json")
    co_return http::Response{200, {}, {document_, {}}};
  if (request.method != "POST" || request.target != "/credentials") co_return http::Response{404, {}, {}};
  ++requests_;
  taken_.notify();
  co_return http::Response{201, {}, {}};
}

}  // namespace kontor::tck::dcp
