#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "protocol/odrl/evaluate.hpp"

namespace kontor::runtime::policy {

/// Binds what policies say about time:
///
/// - `dateTime`, everywhere: now, compared with a point in time, or by `isPartOf` with intervals
///   `start/end`, the start included and the end not. [ODRL Vocabulary, dateTime]
/// - `inForceDate`, under an agreement: now, compared with a point in time or `contractAgreement+30d`, that
///   long (s, m, h, d) after it was signed.
/// - `agreementAge`, under an agreement: for how long it has been signed, compared with `30d` or `P30D`.
void bind_time_operands(protocol::odrl::ConstraintFunctions& functions);

/// When the passing of time may change what a comparison says: between two neighbours of these it says the
/// same. None for what is not about time, and for what means nothing.
std::vector<Instant> turning_points(const protocol::odrl::Constraint& asked, Instant signed_at);

/// `30d`, `-2h`; or `P1DT12H`, weeks to seconds. Nothing for what is none.
std::optional<Duration> read_span(std::string_view text);

}  // namespace kontor::runtime::policy
