#pragma once

#include "platform/store/store.hpp"

namespace kontor::platform::store {

/// Uses a token up that lets nothing be written, in a transaction of its own. Errors: replayed; those of the
/// store.
Task<Result<void>> use_once(Store& store, ContextId context, SingleUse token);

}  // namespace kontor::platform::store
