#pragma once

#include <optional>

#include "base/json/codec.hpp"
#include "base/result/result.hpp"
#include "base/time/time.hpp"

/// How long a data plane goes on alone. Pure.
namespace kontor::dataplane::edge {

/// Since when its control plane cannot reach a data plane; none: it can.
struct Absence {
  std::optional<Instant> since;

  bool operator==(const Absence&) const = default;
};
Result<void> read(const json::Node& node, Absence& out);
json::Value write(const Absence& absence);

/// An absence goes on from its first moment, whatever is seen of it, until there is contact.
Absence after(const Absence& before, bool in_contact, Instant now);

/// Errors: unavailable, when the absence has taken longer than `limit`.
Result<void> may_serve(const Absence& absence, Duration limit, Instant now);

}  // namespace kontor::dataplane::edge
