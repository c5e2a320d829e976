#include "test_place.hpp"

#include <filesystem>

namespace kontor::data_planes {
namespace {

constexpr auto comes_within = std::chrono::seconds(30);
constexpr auto look_again = std::chrono::milliseconds(20);

/// Looks until it is so, or for a while.
Task<bool> comes_true(Place& place, std::function<bool()> so) {
  const auto deadline = async::Deadline::after(place.loop().clock(), comes_within);
  while (!so() && !deadline.passed(place.loop().clock())) co_await place.pause(look_again);
  co_return so();
}

}  // namespace

unsigned PlaceTest::comes_to(unsigned status, const Transfer& transfer) {
  Client client(place());
  const auto deadline = async::Deadline::after(place().loop().clock(), comes_within);
  for (;;) {
    const auto fetched = run(client.fetch(transfer, {}, 1));
    if (fetched.status == status || deadline.passed(place().loop().clock())) return fetched.status;
    place().loop().run(place().pause(look_again));
  }
}

bool PlaceTest::source_rests() {
  return run(comes_true(place(), [this] { return place().source().under_way() == 0; }));
}

bool PlaceTest::open_files_come_to(std::size_t most) {
  return run(comes_true(place(), [this, most] { return open_files() <= most; }));
}

std::size_t PlaceTest::open_files() {
  const auto folder = std::filesystem::path("/proc") / std::to_string(a().data_plane_pid()) / "fd";
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

}  // namespace kontor::data_planes
