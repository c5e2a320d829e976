#include <algorithm>
#include <charconv>

#include "domain/transfer_process/internal/step.hpp"

namespace kontor::domain::transfer_process {
namespace {

constexpr std::chrono::seconds lead_max{30};
constexpr int lead_share = 4;

std::optional<std::chrono::seconds> seconds_in(const std::string& text) {
  std::int64_t count = 0;
  const auto* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, count);
  constexpr std::int64_t a_century = 100LL * 366 * 24 * 3600;
  if (error != std::errc() || stopped != end || count < 0 || count > a_century) return std::nullopt;
  return std::chrono::seconds(count);
}

/// None: the token of the address cannot be renewed.
std::optional<std::chrono::seconds> lifetime_of(const dsp::DataAddress& address) {
  const auto* refresh_token = address.property("refreshToken");
  const auto* expires_in = address.property("expiresIn");
  if (!refresh_token || refresh_token->empty() || !expires_in) return std::nullopt;
  return seconds_in(*expires_in);
}

}  // namespace

std::optional<TokenLife> token_life_of(const TransferProcess& process) {
  if (!process.data_address || process.owns_address()) return std::nullopt;
  const auto lifetime = lifetime_of(*process.data_address);
  if (!lifetime) return std::nullopt;
  const auto expires_at = process.address_at.value_or(process.state_at) + *lifetime;
  const auto lead = std::min<Duration>(lead_max, Duration(*lifetime) / lead_share);
  return TokenLife{.renew_from = expires_at - lead, .expires_at = expires_at};
}

namespace internal {

void take_address(Step& step, dsp::DataAddress address) {
  auto& next = step.next;
  next.data_address = std::move(address);
  next.address_at = step.now;
  next.renewing = false;
  next.renewal_error = {};
}

Result<void> on(Step& step, const RenewAccess&) {
  auto& next = step.next;
  if (!runs(step)) return illegal(step, "a renewal of the access");
  if (!token_life_of(next)) return illegal(step, "a renewal of a token that cannot be renewed");
  if (next.renewing) return {};
  next.renewing = true;
  next.renewal_error = {};
  step.effects.push_back(RenewToken{flow_of(step), next.data_address});
  return {};
}

namespace {

/// Whether the outcome is about the address that is in force.
bool is_awaited(const Step& step, const std::string& presented) {
  const auto& next = step.next;
  const auto* refresh_token = next.data_address ? next.data_address->property("refreshToken") : nullptr;
  return next.renewing && refresh_token && *refresh_token == presented;
}

}  // namespace

Result<void> on(Step& step, const AccessRenewed& outcome) {
  if (!is_awaited(step, outcome.refresh_token)) return {};
  take_address(step, outcome.data_address);
  happened(step, "accessRenewed");
  return {};
}

Result<void> on(Step& step, const AccessNotRenewed& outcome) {
  if (!is_awaited(step, outcome.refresh_token)) return {};
  step.next.renewing = false;
  step.next.renewal_error = outcome.detail;
  happened(step, "accessNotRenewed");
  return {};
}

}  // namespace internal
}  // namespace kontor::domain::transfer_process
