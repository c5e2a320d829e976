#include "platform/store/store.hpp"

namespace kontor::platform::store {

ContextId installation_context() {
  return ContextId("kontor:installation");
}

}  // namespace kontor::platform::store
