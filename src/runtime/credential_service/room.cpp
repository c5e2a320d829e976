#include "runtime/credential_service/room.hpp"

#include <utility>

#include "domain/credential/decide.hpp"

namespace kontor::runtime::credential_service {

using domain::credential::Machine;

Room::Places::Places(All& all, ContextId context, std::size_t count)
    : all_(&all), context_(std::move(context)), count_(count) {
  all[context_] += count;
}

Room::Places::Places(Places&& other) noexcept
    : all_(std::exchange(other.all_, nullptr)), context_(std::move(other.context_)), count_(other.count_) {}

Room::Places::~Places() {
  if (!all_) return;
  const auto found = all_->find(context_);
  found->second -= count_;
  if (found->second == 0) all_->erase(found);
}

Task<Result<Room::Places>> Room::take(ContextId context, std::vector<Coming> coming) {
  for (const auto& each : coming) {
    if (each.bytes <= config_.credential_bytes_max) continue;
    co_return fail(ErrorCode::too_large, "a credential of more than {} bytes is not kept",
                   config_.credential_bytes_max);
  }
  Places places(under_way_, context, coming.size());
  auto kept = co_await engine_.store().count(context, Machine::kind(), {});
  if (!kept) co_return fail(std::move(kept.error()));
  if (*kept + under_way_.at(context) <= config_.kept_max) co_return places;
  auto held = co_await are_held(std::move(context), std::move(coming));
  if (!held) co_return fail(std::move(held.error()));
  if (*held) co_return places;
  co_return fail(ErrorCode::too_many_requests, "no more than {} credentials are kept: delete some",
                 config_.kept_max);
}

Task<Result<bool>> Room::are_held(ContextId context, std::vector<Coming> coming) {
  for (const auto& each : coming) {
    auto held = co_await engine_.load<Machine>(context, EntityId(each.id.str()));
    if (held) continue;
    if (held.error().code != ErrorCode::not_found) co_return fail(std::move(held.error()));
    co_return false;
  }
  co_return true;
}

}  // namespace kontor::runtime::credential_service
