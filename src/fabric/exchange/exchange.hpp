#pragma once

#include <functional>
#include <string>

#include "base/result/result.hpp"
#include "platform/async/task.hpp"
#include "protocol/api/fabric/messages.hpp"

namespace kontor::fabric::exchange {

namespace api = protocol::api::fabric;

/// How tenant manager and provision manager tell each other of orders and answers. Both sides keep what they
/// sent until it was taken, and recognise what comes twice, so the exchange itself stores nothing. Used on
/// the io thread only.
class OrchestrationExchange {
 public:
  using TakeOrder = std::function<Task<Result<void>>(api::OrchestrationManifest manifest, std::string trace)>;
  using TakeAnswer =
      std::function<Task<Result<void>>(api::OrchestrationResponse response, std::string trace)>;

  virtual ~OrchestrationExchange() = default;

  /// Who takes orders, and who takes answers; each is set once, before anything is sent.
  virtual void orders_to(TakeOrder take) = 0;
  virtual void answers_to(TakeAnswer take) = 0;

  /// Returns when the order is stored by its taker. Errors: those of the taker; unavailable: nobody takes
  /// orders.
  virtual Task<Result<void>> order(api::OrchestrationManifest manifest, std::string trace) = 0;
  /// Returns when the answer is stored by its taker. Where nobody takes answers nobody ordered by this
  /// exchange, and there is nothing to do. Errors: those of the taker.
  virtual Task<Result<void>> answer(api::OrchestrationResponse response, std::string trace) = 0;
};

/// Both managers in one process.
class InProcessExchange final : public OrchestrationExchange {
 public:
  void orders_to(TakeOrder take) override;
  void answers_to(TakeAnswer take) override;
  Task<Result<void>> order(api::OrchestrationManifest manifest, std::string trace) override;
  Task<Result<void>> answer(api::OrchestrationResponse response, std::string trace) override;

 private:
  TakeOrder take_order_;
  TakeAnswer take_answer_;
};

}  // namespace kontor::fabric::exchange
