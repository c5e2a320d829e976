#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "network.hpp"
#include "platform/assembly/assembly.hpp"
#include "platform/store/store.hpp"

namespace kontor::simulation {

namespace assembly = platform::assembly;

/// What one life of an installation reaches the outside through. Cut at its crash: from then on nothing that
/// its tasks still do while they end has any effect.
struct Edges {
  async::Clock& clock;
  Journal& journal;
  Network& network;
  const Faults& faults;
  std::string site;
  std::filesystem::path folder;    ///< its disk, which outlives the crash
  SeededRandom random;             ///< for the faults of its disk
  std::function<void()> on_event;  ///< something happened: it may crash at that
  bool cut = false;
  Instant writes_until{};                   ///< the disk takes one write after the other
  platform::store::Store* store = nullptr;  ///< once it is open

  /// A while from `least` to `most`. Errors: cancelled when the process has crashed by then.
  Task<Result<void>> pause(Duration least, Duration most);
  /// The turn of a write, later than those before it. Errors: as above.
  Task<Result<void>> write_turn();

  std::unexpected<Error> crashed() const { return fail(ErrorCode::cancelled, "{} has crashed", site); }
};

/// A write to the disk: its turn, the work, and a while until the writer hears of it. A crash before the work
/// loses it, a crash after it loses the acknowledgement.
template <class T>
Task<Result<T>> write_through(Edges& edges, Task<Result<T>> work) {
  auto turn = co_await edges.write_turn();
  if (!turn) co_return fail(std::move(turn.error()));
  auto result = co_await std::move(work);
  edges.on_event();
  auto heard = co_await edges.pause(Duration(20), Duration(400));
  if (!heard) co_return fail(std::move(heard.error()));
  co_return result;
}

template <class T>
Task<Result<T>> read_through(Edges& edges, Task<Result<T>> work) {
  if (edges.cut) co_return edges.crashed();
  auto result = co_await std::move(work);
  // Most reads are served from memory; the others let somebody else run first.
  if (happens(edges.random, 250)) {
    auto heard = co_await edges.pause(Duration(10), Duration(800));
    if (!heard) co_return fail(std::move(heard.error()));
  }
  co_return result;
}

}  // namespace kontor::simulation
