#pragma once

#include <string_view>

#include "base/json/codec.hpp"

namespace kontor::testing {

/// Reads `text` as a `Message`. One that is accepted must keep its meaning when it is written and read again.
template <class Message>
void check_round_trip(std::string_view text) {
  const auto message = json::decode<Message>(text);
  if (!message) return;
  const auto written = json::encode(*message);
  const auto again = json::decode<Message>(written);
  invariant(again && json::encode(*again) == written, "what was accepted is read again as the same");
}

}  // namespace kontor::testing
