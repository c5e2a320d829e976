#include "plans.hpp"

namespace kontor::storm {

using crash::Victims;

namespace {

constexpr auto seconds_max = std::chrono::seconds(4);

}  // namespace

OverTheScript::OverTheScript(installation::World& world, Script& script, std::size_t negotiations,
                             std::size_t kills, std::uint64_t seed)
    : script_(script), negotiations_(negotiations) {
  order_.insert(order_.end(), kills, &world.a);
  order_.insert(order_.end(), kills, &world.b);
  testing::SeededRandom random(seed);
  for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.below(i)]);
}

Task<Victims> OverTheScript::next() {
  if (done_ == order_.size()) co_return Victims{};
  const auto moment = (done_ + 1) * negotiations_ / (order_.size() + 1);
  const bool reached = co_await script_.reaches(moment);
  if (!reached) co_return Victims{};
  co_return Victims{{order_[done_++]}};
}

Task<Victims> EveryFewSeconds::next() {
  co_await crash::pause(world_.driver.loop().clock(), random_, seconds_max);
  if (script_.ended()) co_return Victims{};
  auto* home = std::exchange(a_is_next_, !a_is_next_) ? &world_.a : &world_.b;
  co_return Victims{{home, random_.below(home->replicas())}};
}

}  // namespace kontor::storm
