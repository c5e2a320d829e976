#include "network.hpp"

#include <fmt/format.h>

#include "platform/http/gateway.hpp"

namespace kontor::storm {

using installation::Failed;
using installation::Installation;

namespace {

constexpr std::size_t body_bytes_max = 16 * 1024 * 1024;
constexpr auto answer_max = std::chrono::minutes(2);

/// An answer that breaks off before it is whole.
class Cut : public http::BodyStream {
 public:
  Task<Result<std::string>> read() override { co_return fail(ErrorCode::cancelled, "cut off"); }
};

http::Response cut_off() {
  http::Response response{.status = 502};
  response.body.stream = std::make_shared<Cut>();
  return response;
}

http::Response nobody() {
  http::Response response{.status = 503};
  response.body.text = "nobody is up";
  return response;
}

}  // namespace

struct Network::Door {
  const Installation* home;
  bool https;
  std::vector<int> behind;
  bool suffers;  ///< what arrives here; else it is only passed on
  std::unique_ptr<http::Listener> listener = {};
  std::size_t turn = 0;
};

struct Network::Fate {
  Duration there{};
  Duration back{};
  bool request_lost = false;
  bool answer_lost = false;
  bool silently = false;
  bool duplicated = false;
  Duration again{};  ///< from the first copy to the second
};

Network::Network(testing::EventLoop& loop, const crash::Availability& availability, std::uint64_t seed,
                 const std::string& certificate_authority_file)
    : loop_(loop), availability_(availability), random_(seed), scope_(loop.executor()) {
  http::ClientConfig config;
  config.tls.certificate_authority_file = certificate_authority_file;
  config.allowed_networks = {"127.0.0.0/8"};
  config.connections_per_host_max = 1024;
  auto client = http::make_gateway(scope_, loop_.clock(), config);
  if (!client) throw Failed{client.error().message()};
  client_ = std::move(*client);
}

Network::~Network() {
  loop_.run(scope_.close());
}

void Network::stand_before(Installation& home) {
  const auto doors = home.doors();
  open(home, doors.open, true);
  open(home, doors.administration, false);
  open(home, doors.signaling, false);
}

void Network::open(const Installation& home, const installation::Door& door, bool suffers) {
  auto& made = *doors_.emplace_back(std::make_unique<Door>(
      Door{.home = &home, .https = door.https, .behind = door.behind, .suffers = suffers}));
  http::ListenerConfig config;
  config.port = static_cast<std::uint16_t>(door.port);
  config.body_bytes_max = body_bytes_max;
  if (door.https) {
    config.tls = http::ServerTls{.certificate_file = home.certificates().certificate.string(),
                                 .private_key_file = home.certificates().private_key.string(),
                                 .client_authority_file = {}};
  }
  auto listener =
      http::listen(scope_, loop_.clock(), std::move(config),
                   [this, &made](http::Request request) { return carry(made, std::move(request)); });
  if (!listener) throw Failed{listener.error().message()};
  made.listener = std::move(*listener);
}

Duration Network::any_delay() {
  const auto longest = static_cast<std::uint64_t>(faults_.delay_max.count());
  return Duration(static_cast<std::int64_t>(random_.below(longest + 1)));
}

Network::Fate Network::draw(const Door& door) {
  Fate fate;
  if (!door.suffers) return fate;
  counts_.messages += 2;
  const bool late = happens(faults_.delayed);
  const bool answer_late = happens(faults_.delayed);
  if (late) fate.there = any_delay();
  if (answer_late) fate.back = any_delay();
  counts_.delayed += (late ? 1U : 0U) + (answer_late ? 1U : 0U);
  fate.request_lost = happens(faults_.lost);
  fate.answer_lost = !fate.request_lost && happens(faults_.lost);
  fate.silently = happens(500);
  fate.duplicated = happens(faults_.duplicated);
  if (happens(500)) fate.again = any_delay();
  counts_.requests_lost += fate.request_lost ? 1U : 0U;
  counts_.answers_lost += fate.answer_lost ? 1U : 0U;
  counts_.duplicated += fate.duplicated ? 1U : 0U;
  return fate;
}

Task<http::Response> Network::carry(Door& door, http::Request request) {
  const auto fate = draw(door);
  co_await pause(fate.there);
  if (fate.duplicated) scope_.spawn(carry_again(door, request, fate.again));
  if (fate.request_lost) co_return co_await lose(fate.silently);
  auto answer = co_await pass_on(door, std::move(request));
  co_await pause(fate.back);
  if (fate.answer_lost) co_return co_await lose(fate.silently);
  co_return answer;
}

Task<void> Network::carry_again(Door& door, http::Request request, Duration after) {
  co_await pause(after);
  auto unheard = co_await pass_on(door, std::move(request));
  static_cast<void>(unheard);
}

Task<http::Response> Network::pass_on(Door& door, http::Request request) {
  std::vector<int> up;
  for (std::size_t i = 0; i < door.behind.size(); ++i) {
    if (availability_.up(*door.home, i)) up.push_back(door.behind[i]);
  }
  if (up.empty()) co_return nobody();
  const auto port = up[door.turn++ % up.size()];
  request.target = fmt::format("{}://127.0.0.1:{}{}", door.https ? "https" : "http", port, request.target);
  auto answer = co_await client_->send(std::move(request),
                                       {.deadline = async::Deadline::after(loop_.clock(), answer_max),
                                        .trust = http::Trust::configured,
                                        .body_bytes_max = body_bytes_max});
  if (!answer) co_return cut_off();
  answer->headers.remove("Date");
  co_return std::move(*answer);
}

Task<http::Response> Network::lose(bool silently) {
  if (silently) co_await pause(faults_.silence);
  co_return cut_off();
}

Task<void> Network::pause(Duration length) {
  if (length == Duration{}) co_return;
  auto waited = co_await loop_.clock().wait_until(loop_.clock().now() + length);
  static_cast<void>(waited);
}

}  // namespace kontor::storm
