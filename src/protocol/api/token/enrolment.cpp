#include "protocol/api/token/enrolment.hpp"

namespace kontor::protocol::api::token {

Result<void> read(const json::Node& node, EnrolmentOrder& out) {
  json::ObjectReader in(node);
  in.required("dataplaneId", out.dataplane_id)
      .required("participantContextId", out.participant_context_id)
      .optional("goodForSeconds", out.good_for_seconds);
  if (in.ok() && out.dataplane_id.empty()) in.refuse("dataplaneId", "must not be empty");
  if (in.ok() && out.participant_context_id.empty()) in.refuse("participantContextId", "must not be empty");
  return in.done();
}

json::Value write(const EnrolmentOrder& order) {
  return json::ObjectWriter()
      .field("dataplaneId", order.dataplane_id)
      .field("participantContextId", order.participant_context_id)
      .field("goodForSeconds", order.good_for_seconds)
      .done();
}

Result<void> read(const json::Node& node, EnrolmentToken& out) {
  json::ObjectReader in(node);
  in.required("enrolmentToken", out.enrolment_token).required("expiresAt", out.expires_at);
  return in.done();
}

json::Value write(const EnrolmentToken& token) {
  return json::ObjectWriter()
      .field("enrolmentToken", token.enrolment_token)
      .field("expiresAt", token.expires_at)
      .done();
}

Result<void> read(const json::Node& node, Enrolment& out) {
  json::ObjectReader in(node);
  in.required("enrolmentToken", out.enrolment_token).required("jwks", out.jwks);
  return in.done();
}

json::Value write(const Enrolment& enrolment) {
  return json::ObjectWriter()
      .field("enrolmentToken", enrolment.enrolment_token)
      .field("jwks", enrolment.jwks)
      .done();
}

Result<void> read(const json::Node& node, Enrolled& out) {
  json::ObjectReader in(node);
  in.required("dataplaneId", out.dataplane_id)
      .required("participantContextId", out.participant_context_id)
      .required("scopes", out.scopes);
  return in.done();
}

json::Value write(const Enrolled& enrolled) {
  return json::ObjectWriter()
      .field("dataplaneId", enrolled.dataplane_id)
      .field("participantContextId", enrolled.participant_context_id)
      .field("scopes", enrolled.scopes)
      .done();
}

}  // namespace kontor::protocol::api::token
