#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "crash/availability.hpp"
#include "platform/async/scope.hpp"
#include "platform/http/client.hpp"
#include "platform/http/server.hpp"
#include "testing/async/seeded_random.hpp"

namespace kontor::storm {

namespace async = platform::async;
namespace http = platform::http;

/// What goes wrong with what other parties ask of an installation, and how long it takes. Chances are in a
/// thousand, drawn for each message.
struct Faults {
  unsigned duplicated = 0;  ///< of requests: sent a second time, and nobody hears the second answer
  unsigned delayed = 0;     ///< of requests and of answers: overtaken by others
  unsigned lost = 0;        ///< the same
  Duration delay_max{};     ///< also until the second copy of a duplicate
  Duration silence{};       ///< until who waits for what was lost is cut off, unless it is cut off at once
};

struct FaultCounts {
  std::uint64_t messages = 0;  ///< requests and their answers
  std::uint64_t duplicated = 0;
  std::uint64_t delayed = 0;
  std::uint64_t requests_lost = 0;
  std::uint64_t answers_lost = 0;
};

/// Stands at the doors of the installations: passes on what arrives there to a replica that is up, and makes
/// other parties' messages suffer.
class Network {
 public:
  Network(testing::EventLoop& loop, const crash::Availability& availability, std::uint64_t seed,
          const std::string& certificate_authority_file);
  ~Network();

  /// Listens there, or Failed.
  void stand_before(installation::Installation& home);
  void suffer(const Faults& faults) { faults_ = faults; }
  void heal() { faults_ = {}; }
  const FaultCounts& counts() const { return counts_; }

 private:
  struct Door;
  struct Fate;

  void open(const installation::Installation& home, const installation::Door& door, bool suffers);
  Fate draw(const Door& door);
  Task<http::Response> carry(Door& door, http::Request request);
  Task<void> carry_again(Door& door, http::Request request, Duration after);
  /// Nobody is up: 503. It breaks on the way: the caller is cut off.
  Task<http::Response> pass_on(Door& door, http::Request request);
  Task<http::Response> lose(bool silently);
  Task<void> pause(Duration length);
  bool happens(unsigned chance) { return random_.below(1000) < chance; }
  Duration any_delay();

  testing::EventLoop& loop_;
  const crash::Availability& availability_;
  testing::SeededRandom random_;
  Faults faults_;
  FaultCounts counts_;
  async::Scope scope_;
  std::unique_ptr<http::Client> client_;
  std::vector<std::unique_ptr<Door>> doors_;
};

}  // namespace kontor::storm
