#include "runtime/client_secrets/guesses.hpp"

#include <algorithm>

#include "base/crypto/hash.hpp"

namespace kontor::runtime::client_secrets {
namespace {

constexpr std::size_t places_max = 10'000;
constexpr std::uint32_t wrong_max = 10;  ///< without a pause
constexpr Duration first_pause = std::chrono::seconds(1);
constexpr Duration pause_max = std::chrono::minutes(5);
constexpr Duration forgotten_after = std::chrono::hours(1);

std::string key_of(const Guesses::Place& place) {
  return crypto::sha256_hex(place.client + "\n" + place.address);
}

Duration pause_after(std::uint32_t wrong) {
  if (wrong < wrong_max) return Duration{0};
  constexpr std::uint32_t doublings_max = 16;
  return std::min(pause_max, first_pause * (1 << std::min(wrong - wrong_max, doublings_max)));
}

}  // namespace

Guesses::Guesses(platform::async::Clock& clock) : clock_(clock), rows_(places_max) {}

Result<void> Guesses::check(const Place& place) {
  const auto* row = rows_.find(key_of(place));
  const auto left = row ? row->free_at - clock_.now() : Duration{0};
  if (left <= Duration{0}) return {};
  return fail(ErrorCode::too_many_requests, "too many wrong secrets, come back in {} s",
              std::chrono::ceil<std::chrono::seconds>(left).count());
}

void Guesses::wrong(const Place& place) {
  const auto now = clock_.now();
  const auto key = key_of(place);
  const auto* known = rows_.find(key);
  Row row = known && now - known->free_at < forgotten_after ? *known : Row{};
  ++row.wrong;
  row.free_at = now + pause_after(row.wrong);
  rows_.put(key, row);
}

void Guesses::right(const Place& place) {
  rows_.erase(key_of(place));
}

}  // namespace kontor::runtime::client_secrets
