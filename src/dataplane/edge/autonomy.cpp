#include "dataplane/edge/autonomy.hpp"

namespace kontor::dataplane::edge {

Result<void> read(const json::Node& node, Absence& out) {
  json::ObjectReader in(node);
  in.optional("since", out.since);
  return in.done();
}

json::Value write(const Absence& absence) {
  return json::ObjectWriter().field("since", absence.since).done();
}

Absence after(const Absence& before, bool in_contact, Instant now) {
  if (in_contact) return {};
  return before.since ? before : Absence{now};
}

Result<void> may_serve(const Absence& absence, Duration limit, Instant now) {
  if (!absence.since || now - *absence.since < limit) return {};
  return fail(
      ErrorCode::unavailable,
      "this data plane has been without its control plane for {} s and serves no more than {} s alone: it "
      "goes on when they have found each other",
      std::chrono::duration_cast<std::chrono::seconds>(now - *absence.since).count(),
      std::chrono::duration_cast<std::chrono::seconds>(limit).count());
}

}  // namespace kontor::dataplane::edge
