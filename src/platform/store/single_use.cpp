#include "platform/store/single_use.hpp"

namespace kontor::platform::store {

Task<Result<void>> use_once(Store& store, ContextId context, SingleUse token) {
  Transaction transaction;
  transaction.single_use.push_back(std::move(token));
  auto used = co_await store.commit(std::move(context), std::move(transaction));
  if (!used) co_return fail(std::move(used.error()));
  co_return Result<void>{};
}

}  // namespace kontor::platform::store
