#include "proxies.hpp"

#include <fmt/format.h>

#include <chrono>

#include "harness/downloads.hpp"
#include "harness/processors.hpp"
#include "wrk.hpp"

namespace kontor::bench {
namespace {

using Kind = Proxy::Kind;
using Steady = std::chrono::steady_clock;

constexpr int proxy_core = 0;
constexpr int other_core = 1;
/// Who is faster runs out of tokens.
constexpr std::size_t nginx_per_second_max = 150'000;
constexpr std::size_t kontor_per_second_max = 100'000;

const std::string& on_core(int core, const std::string& name) {
  stay_on_core(core);
  return name;
}

/// No answer is written to a file on its way, as nginx does by default when its reader is slower: that would
/// count against it.
std::string nginx_servers(int source, const std::vector<int>& ports) {
  const auto server = [](int port, const std::string& more) {
    return fmt::format(
        "server {{ listen 127.0.0.1:{} backlog=4096;\nlocation / {{ proxy_pass http://source; {} }}", port,
        more);
  };
  return fmt::format(
             "upstream source {{ server 127.0.0.1:{}; keepalive 256; keepalive_requests 100000000; }}\n"
             "keepalive_requests 100000000; proxy_http_version 1.1; proxy_set_header Connection \"\";\n"
             "proxy_max_temp_file_size 0;\n",
             source) +
         server(ports[0], "") + "}\n" + server(ports[1], "auth_request /auth;") +
         "\nlocation = /auth { internal; proxy_pass http://source/auth; proxy_pass_request_body off; "
         "proxy_set_header Content-Length \"\"; } }\n" +
         server(ports[2], "proxy_buffer_size 256k; proxy_buffers 8 256k; proxy_busy_buffers_size 512k;") +
         "}\n";
}

std::vector<int> three(installation::FreePorts& ports) {
  return {ports.take(), ports.take(), ports.take()};
}

}  // namespace

Proxies::Proxies(const std::filesystem::path& program)
    : plane_(program, {"http_client.connections_per_host_max=512"}),
      source_port_(plane_.ports().take()),
      nginx_ports_(three(plane_.ports())),
      source_(plane_.folder() / on_core(other_core, "source"),
              source_servers(plane_.folder() / "source", source_port_, large_bytes)),
      nginx_(plane_.folder() / on_core(proxy_core, "nginx"), nginx_servers(source_port_, nginx_ports_)) {
  plane_.start();
  stay_on_core(other_core);
}

std::string Proxies::source_url(const std::string& file) const {
  return fmt::format("http://127.0.0.1:{}/{}", source_port_, file);
}

int Proxies::port_of(const Proxy& proxy) const {
  if (proxy.kind == Kind::kontor) return plane_.port();
  if (proxy.kind == Kind::nginx) return nginx_ports_[0];
  return nginx_ports_[proxy.kind == Kind::nginx_auth ? 1 : 2];
}

double Proxies::cpu_seconds(const Proxy& proxy) {
  return proxy.kind == Kind::kontor ? plane_.metric("process_cpu_seconds_total")
                                    : processor_seconds(nginx_.pid());
}

/// nginx gets tokens, too, of which it looks at none.
std::vector<Access> Proxies::accesses(const Proxy& proxy, std::size_t count, const std::string& file) {
  if (proxy.kind == Kind::kontor) return plane_.open(count, DataPlane::http_source(source_url(file)));
  std::vector<Access> all;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({{}, "/" + file, fmt::format("acme.{:032}.{:032}", i, i)});
  return all;
}

Work Proxies::small(const Proxy& proxy, std::size_t connections, std::size_t seconds) {
  const auto per_second_max = proxy.kind == Kind::kontor ? kontor_per_second_max : nginx_per_second_max;
  const auto tokens = per_second_max * seconds / requests_a_token;
  const Wrk wrk(plane_.folder(), port_of(proxy), accesses(proxy, tokens, "small"), requests_a_token);
  const auto before = cpu_seconds(proxy);
  const auto done = wrk.run(connections, seconds);
  const Work work{done.requests, done.seconds, cpu_seconds(proxy) - before};
  installation::verify(done.requests <= static_cast<double>(tokens * requests_a_token),
                       "a token was used for more requests: this machine has become faster");
  return work;
}

Work Proxies::large(const Proxy& proxy, std::size_t streams) {
  auto what = accesses(proxy, streams, "large");
  const auto before = cpu_seconds(proxy);
  const auto begin = Steady::now();
  Downloads downloads(port_of(proxy), std::move(what));
  for (std::size_t i = 0; i < streams; ++i)
    installation::verify(downloads.await_end(i).whole, "a large body broke off");
  const std::chrono::duration<double> took = Steady::now() - begin;
  return {static_cast<double>(downloads.bytes()), took.count(), cpu_seconds(proxy) - before};
}

}  // namespace kontor::bench
