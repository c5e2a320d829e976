#include "domain/plane_replica/decide.hpp"

#include <algorithm>

namespace kontor::domain::plane_replica {

Result<Decision> decide(const Replica* current, const Event& event, Instant) {
  if (const auto* renewed = std::get_if<Renewed>(&event)) {
    Decision decision{.next = renewed->now};
    if (!current) decision.happened = {"plane.replica.joined"};
    return decision;
  }
  if (!current) return fail(ErrorCode::not_found, "there is no such replica");
  return Decision{.next = *current, .happened = {"plane.replica.left"}, .removed = true};
}

Instant closed_by(std::span<const Replica> replicas, std::string_view asker, std::string_view closing) {
  auto by = Instant::min();
  for (const auto& replica : replicas) {
    const bool confirmed = std::ranges::find(replica.confirmed, closing) != replica.confirmed.end();
    if (replica.id != asker && !confirmed) by = std::max(by, replica.until);
  }
  return by;
}

const entity::Kind& Machine::kind() {
  static constexpr entity::Kind kind{.name = "plane-replica"};
  return kind;
}

Result<void> read(const json::Node& node, Closing& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("context", out.context).required("flow", out.flow);
  return in.done();
}

json::Value write(const Closing& closing) {
  return json::ObjectWriter()
      .field("id", closing.id)
      .field("context", closing.context)
      .field("flow", closing.flow)
      .done();
}

Result<void> read(const json::Node& node, Replica& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("until", out.until);
  in.optional("closings", out.closings).optional("confirmed", out.confirmed);
  return in.done();
}

json::Value write(const Replica& replica) {
  return json::ObjectWriter()
      .field("id", replica.id)
      .field("until", replica.until)
      .non_empty("closings", replica.closings)
      .non_empty("confirmed", replica.confirmed)
      .done();
}

}  // namespace kontor::domain::plane_replica
