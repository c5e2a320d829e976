#pragma once

#include "dataplane/sdk/host.hpp"
#include "dataplane/sdk/include/kontor/dataplane_sdk.h"

namespace kontor::dataplane::sdk {

/// What a caller of the C interface gave, as far as the caller's version of it goes. Errors: invalid_input
/// with the member (one that is needed and is not there, or that this version does not know).
Result<Settings> settings_in(const kontor_config* config);
Result<kontor_handlers> handlers_in(const kontor_handlers* handlers);

}  // namespace kontor::dataplane::sdk
