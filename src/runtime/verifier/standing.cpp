#include "runtime/verifier/standing.hpp"

#include <utility>

#include "protocol/vc/verify.hpp"

namespace kontor::runtime::verifier {

namespace vc = protocol::vc;

Task<Result<Peer>> still_good(StatusLists& lists, Peer proved, Instant now,
                              platform::async::Deadline deadline) {
  vc::KnownLists known;
  for (const auto& credential : proved.credentials) {
    for (const auto& url : vc::required_status_lists(credential)) {
      if (known.contains(url)) continue;
      auto list = co_await lists.list(url, deadline);
      if (!list && list.error().row().retry == Retry::later)
        co_return fail_as(ErrorCode::unavailable, std::move(list.error()), "look at the status of {}",
                          proved.did);
      known.emplace(url, std::move(list));
    }
  }
  Peer good{.did = proved.did, .credentials = {}, .left_out = std::move(proved.left_out)};
  for (auto& credential : proved.credentials) {
    auto verdict = vc::check_standing(credential, now, known);
    if (verdict) {
      good.credentials.push_back(std::move(credential));
    } else {
      good.left_out.push_back(std::move(verdict.error().detail));
    }
  }
  co_return good;
}

}  // namespace kontor::runtime::verifier
