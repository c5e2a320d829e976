#pragma once

#include <string>

#include "interop/edc/report.hpp"
#include "interop/edc/runtimes.hpp"
#include "interop/edc/transfers.hpp"

namespace kontor::interop::edc {

/// One direction: who asks whom for what, and at which pace EDC works.
struct Direction {
  Driver& driver;
  const Edc& edc;
  Pace pace;
  Party consumer;
  Party provider;
  std::string asset;
  json::Value offer = {};
  std::string agreement = {};

  std::string catalog();
  std::string negotiations(std::size_t count);
  std::string consumer_pauses();
  std::string provider_pauses();
  std::string completes();
  std::string data_of(const Running& transfer) const;
};

/// The catalog, `count` negotiations, and transfers under the last agreement; each a case, named after
/// `name`.
void play(Report& report, const std::string& name, Direction direction, std::size_t count);

}  // namespace kontor::interop::edc
