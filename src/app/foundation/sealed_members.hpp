#pragma once

#include "platform/store/sealed/sealed_kind.hpp"

namespace kontor::app::foundation {

/// What this program encrypts where it is stored: credentials, what is claimed about holders, hashes of
/// clients' secrets, and what else is secret or personal on the identity's side. The one place that says so;
/// a kind that stands neither here nor among those that hold nothing of the sort fails a test (app/roles).
platform::store::sealed::SealedKinds sealed_kinds();
bool is_sealed(const entity::Kind& kind);

}  // namespace kontor::app::foundation
