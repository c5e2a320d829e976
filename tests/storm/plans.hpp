#pragma once

#include "crash/killer.hpp"
#include "script.hpp"

namespace kontor::storm {

/// Each side is killed so many times, in an order that is drawn, spread over the script.
class OverTheScript : public crash::Plan {
 public:
  OverTheScript(installation::World& world, Script& script, std::size_t negotiations, std::size_t kills,
                std::uint64_t seed);
  Task<crash::Victims> next() override;

 private:
  Script& script_;
  std::size_t negotiations_;
  std::vector<installation::Installation*> order_;
  std::size_t done_ = 0;
};

/// One replica of each side in turn every few seconds, until the script ends.
class EveryFewSeconds : public crash::Plan {
 public:
  EveryFewSeconds(installation::World& world, Script& script, std::uint64_t seed)
      : world_(world), script_(script), random_(seed) {}
  Task<crash::Victims> next() override;

 private:
  installation::World& world_;
  Script& script_;
  testing::SeededRandom random_;
  bool a_is_next_ = true;
};

}  // namespace kontor::storm
