#include "platform/http/internal/connector.hpp"

#include "platform/http/internal/reader.hpp"
#include "platform/http/internal/tcp.hpp"

namespace kontor::platform::http {
namespace {

constexpr std::size_t proxy_head_bytes_max = 16 * 1024;

}  // namespace

Result<std::unique_ptr<Connector>> Connector::make(async::Scope& scope, async::Clock& clock,
                                                   const ClientConfig& config) {
  auto guard = AddressGuard::make(config.allowed_networks);
  if (!guard) return fail(std::move(guard.error()));
  auto proxy = ProxyRules::make(config.https_proxy, config.no_proxy);
  if (!proxy) return fail(std::move(proxy.error()));
  auto tls = TlsContext::for_client(config.tls);
  if (!tls) return fail(std::move(tls.error()));
  return std::unique_ptr<Connector>(
      new Connector(scope, clock, std::move(*guard), std::move(*proxy), std::move(*tls)));
}

Task<Result<std::unique_ptr<Stream>>> Connector::connect(const Url& url, const SendOptions& options,
                                                         async::Deadline deadline) {
  const auto trust = options.trust;
  Result<std::unique_ptr<Stream>> stream;
  if (proxy_.apply_to(url)) {
    stream = co_await connect_through_proxy(url, trust, deadline);
  } else {
    auto found = co_await addresses(url, trust, deadline);
    if (!found) co_return fail(std::move(found.error()));
    stream = co_await connect_any(*found, url.port, deadline);
  }
  if (!stream || !url.secure()) co_return stream;
  (*stream)->set_deadline(deadline.at);
  auto secured = co_await connect_tls(tls_, std::move(*stream), url.host, options.identity);
  co_return secured;
}

Task<Result<Connector::Addresses>> Connector::addresses(const Url& url, Trust trust,
                                                        async::Deadline deadline) {
  Addresses found;
  if (url.address) {
    auto address = parse_address(url.host);
    if (!address) co_return fail(std::move(address.error()));
    found.push_back(*address);
  } else {
    auto resolved = co_await resolver_.resolve(url.host, deadline);
    if (!resolved) co_return fail(std::move(resolved.error()));
    found = std::move(*resolved);
  }
  if (trust == Trust::configured) co_return found;
  std::erase_if(found, [this](const AddressBytes& address) { return !guard_.allows(address); });
  // Which address it was stays here: it may be a name of the inside.
  if (found.empty()) {
    co_return fail(ErrorCode::address_refused,
                   "`{}` is not at a public address; an operator can allow its network", url.host);
  }
  co_return found;
}

Task<Result<std::unique_ptr<Stream>>> Connector::connect_any(const Addresses& addresses, std::uint16_t port,
                                                             async::Deadline deadline) {
  Result<std::unique_ptr<Stream>> stream = fail(ErrorCode::peer_unavailable, "no address");
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    // One address that does not answer leaves time for the others.
    auto left = deadline.at == Instant::max() ? Duration::max() : deadline.left(clock_);
    auto share = left / static_cast<std::int64_t>(addresses.size() - i);
    auto last = i + 1 == addresses.size() || deadline.at == Instant::max();
    auto until = last ? deadline : async::Deadline::after(clock_, share);
    stream = co_await connect_tcp(clock_, Endpoint{addresses[i], port}, until);
    if (stream || stream.error().code == ErrorCode::cancelled || deadline.passed(clock_)) break;
  }
  co_return stream;
}

// A foreign host is looked up and checked here, and the proxy is told the address that was checked.
Task<Result<std::unique_ptr<Stream>>> Connector::connect_through_proxy(const Url& url, Trust trust,
                                                                       async::Deadline deadline) {
  auto host = url.host;
  if (trust == Trust::foreign) {
    auto checked = co_await addresses(url, trust, deadline);
    if (!checked) co_return fail(std::move(checked.error()));
    host = format_address(checked->front());
  }
  auto& proxy = proxy_.proxy();
  auto found = co_await addresses(proxy, Trust::configured, deadline);
  if (!found) co_return fail(std::move(found.error()), "reach the proxy");
  auto stream = co_await connect_any(*found, proxy.port, deadline);
  if (!stream) co_return fail(std::move(stream.error()), "reach the proxy");
  (*stream)->set_deadline(deadline.at);
  if (proxy.secure()) {
    stream = co_await connect_tls(tls_, std::move(*stream), proxy.host);
    if (!stream) co_return fail(std::move(stream.error()), "reach the proxy");
  }
  auto destination = (host.contains(':') ? "[" + host + "]" : host) + ":" + std::to_string(url.port);
  auto tunnel = co_await ask_proxy(**stream, std::move(destination));
  if (!tunnel) co_return fail(std::move(tunnel.error()));
  co_return stream;
}

Task<Result<void>> Connector::ask_proxy(Stream& stream, std::string destination) {
  auto text = "CONNECT " + destination + " HTTP/1.1\r\nHost: " + destination + "\r\n";
  if (!proxy_.authorization().empty()) text += "Proxy-Authorization: " + proxy_.authorization() + "\r\n";
  text += "\r\n";
  std::string_view piece = text;
  auto written = co_await stream.write(std::span(&piece, 1));
  if (!written) co_return fail(std::move(written.error()), "ask the proxy");
  Reader reader(stream, proxy_head_bytes_max);
  auto head = co_await reader.read_head(MessageKind::response_to_head);
  if (!head) co_return fail(std::move(head.error()), "ask the proxy");
  if (head->status / 100 != 2 || reader.buffered()) {
    co_return fail(ErrorCode::peer_unavailable, "the proxy does not connect to {}: status {}", destination,
                   head->status);
  }
  co_return Result<void>{};
}

}  // namespace kontor::platform::http
