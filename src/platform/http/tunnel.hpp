#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/random/random.hpp"
#include "platform/async/clock.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"
#include "platform/http/message.hpp"

/// Requests the other way round: a process that nobody can connect to opens lines to one that it can reach,
/// and serves on them what is asked there. A line is a connection of HTTP/1.1 on which the two have changed
/// places by `Upgrade` [RFC 9110 §7.8]; it carries one exchange at a time, and is asked now and then whether
/// it lives. A tunnel is the lines that have one name.
namespace kontor::platform::http {

inline constexpr std::string_view tunnel_protocol = "kontor-tunnel/1";

struct TunnelBounds {
  std::size_t lines_max = 8;      ///< of a tunnel; a further one takes the place of the oldest that is idle
  std::size_t waiting_max = 256;  ///< requests that wait for a line, of a tunnel
  Duration ping_after = std::chrono::seconds(20);  ///< on a line that nothing was sent on for so long
  Duration ping_timeout = std::chrono::seconds(10);
  /// Who opened a line proves anew within this time that he may: further lines of a tunnel live a little
  /// shorter, so that not all end at once.
  Duration life_max = std::chrono::minutes(10);
};

/// The end that was dialled: asks. Used on the io thread.
class Tunnels {
 public:
  Tunnels(async::Scope& scope, async::Clock& clock, TunnelBounds bounds = {});
  ~Tunnels();

  /// The answer that makes the connection of this request a line of the tunnel. Who may, the caller has
  /// checked. Errors: malformed (it does not ask for `tunnel_protocol`), too_many_requests, unavailable.
  Result<Response> accept(std::string name, const Request& request);

  /// Asks at the other end; the request's target is a path. A request is on one line or on none: what went
  /// out is not repeated. Errors: peer_unavailable (no line is open, or it broke), timeout, too_large (the
  /// answer), too_many_requests (too many wait for a line), cancelled.
  Task<Result<Response>> send(std::string name, Request request, SendOptions options);

  std::size_t lines(std::string_view name) const;
  /// Told of each line that was opened.
  void observe_with(std::function<void(const std::string& name)> opened);
  /// Ends all lines, and lets no more in.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

struct TunnelExitConfig {
  std::string url;  ///< of the route that opens lines
  std::size_t lines = 2;
  Duration dial_timeout = std::chrono::seconds(10);
  Duration quiet_max = std::chrono::seconds(60);  ///< a line that nothing came on for so long is replaced
  Duration retry_min = std::chrono::milliseconds(500);  ///< from failure to failure twice as long, about
  Duration retry_max = std::chrono::seconds(30);
};

/// The end that dials: keeps its lines open, each replaced when it ends, and serves. Used on the io thread.
class TunnelExit {
 public:
  struct Services {
    async::Scope& scope;
    async::Clock& clock;
    Client& client;
    Random& random;
  };
  /// The value of the Authorization field of a request for a line.
  using Authorize = std::function<Task<Result<std::string>>(async::Deadline)>;
  /// `open`: the lines that are open now; `failure`: why one could not be opened, else null.
  using Observe = std::function<void(std::size_t open, const Error* failure)>;

  TunnelExit(Services services, TunnelExitConfig config, Authorize authorize, Handler handler);
  ~TunnelExit();

  void observe_with(Observe observe);
  void open();
  std::size_t lines() const;
  /// Lets requests under way end until the deadline; opens no more lines.
  Task<void> drain(async::Deadline deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::platform::http
