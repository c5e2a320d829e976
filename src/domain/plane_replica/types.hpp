#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"

/// A replica of a data plane, as the others see it.
namespace kontor::domain::plane_replica {

/// A flow that was closed: whoever confirms this serves it no more.
struct Closing {
  std::string id;
  ContextId context;
  EntityId flow;

  bool operator==(const Closing&) const = default;
};

struct Replica {
  std::string id;
  Instant until;                       ///< it serves nobody from then on, unless it says otherwise
  std::vector<Closing> closings;       ///< that it wants the others to confirm
  std::vector<std::string> confirmed;  ///< closings of others

  bool operator==(const Replica&) const = default;
};

/// What the replica says of itself now.
struct Renewed {
  Replica now;
};
/// It ends, or has said nothing for long.
struct Left {};

using Event = std::variant<Renewed, Left>;
using Effect = std::variant<std::monostate>;

}  // namespace kontor::domain::plane_replica
