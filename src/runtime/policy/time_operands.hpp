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
/// - `dayOfWeek`, everywhere: the day in UTC that it is now, compared with one or several of `monday` to
///   `sunday`. Days come again, so they have no order.
void bind_time_operands(protocol::odrl::ConstraintFunctions& functions);

/// From where one looks ahead: an agreement that was signed then, at this moment.
struct Standpoint {
  Instant signed_at;
  Instant now;
};

/// When the passing of time may change what a comparison says: between two neighbours of these it says the
/// same.
struct TurningPoints {
  std::vector<Instant> moments;
  /// What turns again and again has those up to here, one at least; what does not has all of them, also past
  /// ones.
  Instant until = Instant::max();
};
/// No moments for what is not about time, and for what means nothing or never turns.
TurningPoints turning_points(const protocol::odrl::Constraint& asked, const Standpoint& from);

/// `30d`, `-2h`; or `P1DT12H`, weeks to seconds. Nothing for what is none.
std::optional<Duration> read_span(std::string_view text);

}  // namespace kontor::runtime::policy
