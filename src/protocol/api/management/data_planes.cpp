#include "protocol/api/management/data_planes.hpp"

namespace kontor::protocol::api::management {

Result<void> read(const json::Node& node, DataPlaneQuestion& out) {
  json::ObjectReader in(node);
  in.required("transferType", out.transfer_type).optional("labels", out.labels);
  if (in.ok() && out.transfer_type.empty()) in.refuse("transferType", "must not be empty");
  return in.done();
}
json::Value write(const DataPlaneQuestion& question) {
  return json::ObjectWriter()
      .field("transferType", question.transfer_type)
      .field("labels", question.labels)
      .done();
}

Result<void> read(const json::Node& node, DataPlaneJudgement& out) {
  json::ObjectReader in(node);
  in.required("dataplaneId", out.dataplane_id)
      .required("verdict", out.verdict)
      .required("reason", out.reason);
  return in.done();
}
json::Value write(const DataPlaneJudgement& judgement) {
  return json::ObjectWriter()
      .field("dataplaneId", judgement.dataplane_id)
      .field("verdict", judgement.verdict)
      .field("reason", judgement.reason)
      .done();
}

Result<void> read(const json::Node& node, DataPlaneSelection& out) {
  json::ObjectReader in(node);
  in.optional("chosen", out.chosen).required("dataPlanes", out.data_planes);
  return in.done();
}
json::Value write(const DataPlaneSelection& selection) {
  return json::ObjectWriter()
      .field("chosen", selection.chosen)
      .field("dataPlanes", selection.data_planes)
      .done();
}

}  // namespace kontor::protocol::api::management
