#include "runtime/verifier/refusals.hpp"

namespace kontor::runtime::verifier {
namespace {

constexpr Duration window = std::chrono::minutes(1);

}  // namespace

Result<void> Refusals::check(const Asker& claimed) {
  const auto* row = peers_.find({claimed.context, claimed.peer});
  if (!row || row->refused < limits_.per_peer || row->address != claimed.address) return {};
  const auto left = row->since + window - clock_.now();
  if (left <= Duration{0}) return {};
  return fail(ErrorCode::too_many_requests, "{} messages of {} came to nothing, come back in {} s",
              row->refused, claimed.peer, std::chrono::ceil<std::chrono::seconds>(left).count());
}

bool Refusals::count(const Asker& proven) {
  const std::pair peer(proven.context, proven.peer);
  auto of_peer = counted(peers_.find(peer));
  of_peer.address = proven.address;
  peers_.put(peer, std::move(of_peer));
  auto of_context = counted(contexts_.find(proven.context));
  all_ = counted(&all_);
  const bool is_remembered = of_context.refused <= limits_.per_context && all_.refused <= limits_.in_all;
  contexts_.put(proven.context, std::move(of_context));
  return is_remembered;
}

/// One more, or the first one of another minute.
Refusals::Row Refusals::counted(const Row* before) const {
  const auto now = clock_.now();
  const bool goes_on = before && now - before->since < window;
  return {
      .since = goes_on ? before->since : now, .refused = goes_on ? before->refused + 1 : 1, .address = {}};
}

}  // namespace kontor::runtime::verifier
