#pragma once

#include <string>
#include <vector>

#include "harness/data_plane.hpp"
#include "harness/nginx.hpp"

namespace kontor::bench {

inline constexpr std::uint64_t large_bytes = 1ULL << 30;
inline constexpr std::size_t requests_a_token = 100;

/// What passes a source's answers on, and how.
struct Proxy {
  enum class Kind : std::uint8_t { kontor, nginx, nginx_auth, nginx_tuned };
  Kind kind;
  std::string name;
};
inline const std::vector<Proxy> of_small{
    {Proxy::Kind::kontor, "kontor"}, {Proxy::Kind::nginx, "nginx"}, {Proxy::Kind::nginx_auth, "nginx_auth"}};
inline const std::vector<Proxy> of_large{{Proxy::Kind::kontor, "kontor"},
                                         {Proxy::Kind::nginx, "nginx"},
                                         {Proxy::Kind::nginx_tuned, "nginx_tuned"}};

/// What a proxy did in a round.
struct Work {
  double amount = 0;   ///< responses, or bytes
  double seconds = 0;  ///< of the clock
  double proxy_cpu_seconds = 0;
  double per_cpu_second() const { return amount / proxy_cpu_seconds; }
  double busy() const { return proxy_cpu_seconds / seconds; }
};

/// Kontor and nginx as proxies of one source, both on the first core; the source and whoever asks are on the
/// second.
class Proxies {
 public:
  explicit Proxies(const std::filesystem::path& program);

  /// Small answers, over so many connections, each token for so many requests.
  Work small(const Proxy& proxy, std::size_t connections, std::size_t seconds);
  /// Large ones, each of another flow, side by side.
  Work large(const Proxy& proxy, std::size_t streams);

 private:
  int port_of(const Proxy& proxy) const;
  double cpu_seconds(const Proxy& proxy);
  std::vector<Access> accesses(const Proxy& proxy, std::size_t count, const std::string& file);
  std::string source_url(const std::string& file) const;

  DataPlane plane_;
  int source_port_;
  std::vector<int> nginx_ports_;  ///< plain, with auth_request, tuned
  Nginx source_;
  Nginx nginx_;
};

}  // namespace kontor::bench
