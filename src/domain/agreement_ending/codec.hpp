#pragma once

#include "base/json/codec.hpp"
#include "domain/agreement_ending/types.hpp"

/// The stored forms.
namespace kontor::domain::agreement_ending {

Result<void> read(const json::Node& node, AgreementEnding& out);
json::Value write(const AgreementEnding& ending);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

}  // namespace kontor::domain::agreement_ending
