#include "fabric/exchange/exchange.hpp"

#include <utility>

namespace kontor::fabric::exchange {

void InProcessExchange::orders_to(TakeOrder take) {
  invariant(!take_order_, "one provision manager takes the orders of an exchange");
  take_order_ = std::move(take);
}

void InProcessExchange::answers_to(TakeAnswer take) {
  invariant(!take_answer_, "one tenant manager takes the answers of an exchange");
  take_answer_ = std::move(take);
}

Task<Result<void>> InProcessExchange::order(api::OrchestrationManifest manifest, std::string trace) {
  if (!take_order_) {
    co_return fail(ErrorCode::unavailable, "no provision manager runs in this process: add its role");
  }
  co_return co_await take_order_(std::move(manifest), std::move(trace));
}

Task<Result<void>> InProcessExchange::answer(api::OrchestrationResponse response, std::string trace) {
  if (!take_answer_) co_return Result<void>{};
  co_return co_await take_answer_(std::move(response), std::move(trace));
}

}  // namespace kontor::fabric::exchange
