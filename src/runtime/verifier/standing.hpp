#pragma once

#include "runtime/verifier/presentations.hpp"

namespace kontor::runtime::verifier {

/// What was proved once, looked at again without asking the holder: those of the credentials that are in date
/// and neither revoked nor suspended now; `left_out` says of the others why not. Whoever answers for them was
/// verified when they were presented. Errors: unavailable, for a status list that cannot be had at this
/// moment.
Task<Result<Peer>> still_good(StatusLists& lists, Peer proved, Instant now,
                              platform::async::Deadline deadline);

}  // namespace kontor::runtime::verifier
