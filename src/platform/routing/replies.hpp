#pragma once

#include <utility>

#include "platform/routing/router.hpp"

namespace kontor::platform::routing {

/// What a service came to, as the answer to a request.
template <class T>
Task<Result<Reply<T>>> reply(Task<Result<T>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<T>{std::move(*result)};
}

/// The same for a route that answers without a body, whatever the service came to.
template <class T>
Task<Result<Reply<protocol::api::Nothing>>> done(Task<Result<T>> work) {
  auto result = co_await std::move(work);
  if (!result) co_return fail(std::move(result.error()));
  co_return Reply<protocol::api::Nothing>{};
}

}  // namespace kontor::platform::routing
