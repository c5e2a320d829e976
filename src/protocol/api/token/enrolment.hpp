#pragma once

#include <string>
#include <vector>

#include "protocol/api/route.hpp"
#include "protocol/jose/jwks.hpp"

/// How a data plane that runs by itself gets an identity of its own: an operator orders an enrolment token,
/// the plane shows it once, with the public half of a key that it made and keeps.
namespace kontor::protocol::api::token {

/// What a data plane at an edge may do, in its participant's context: open its tunnel, and report its flows.
inline constexpr std::string_view tunnel_scope = "signaling-api:tunnels:write";
inline constexpr std::string_view report_scope = "signaling-api:reports:write";

struct EnrolmentOrder {
  std::string dataplane_id;  ///< which is its client's id too
  std::string participant_context_id;
  std::int64_t good_for_seconds = 3600;
};
Result<void> read(const json::Node& node, EnrolmentOrder& out);
json::Value write(const EnrolmentOrder& order);

struct EnrolmentToken {
  std::string enrolment_token;  ///< told once, good for one enrolment
  Instant expires_at;
};
Result<void> read(const json::Node& node, EnrolmentToken& out);
json::Value write(const EnrolmentToken& token);

struct Enrolment {
  std::string enrolment_token;
  jose::Jwks jwks;  ///< public, one at least: with them the plane proves itself [RFC 7523 §2.2]
};
Result<void> read(const json::Node& node, Enrolment& out);
json::Value write(const Enrolment& enrolment);

struct Enrolled {
  std::string dataplane_id;
  std::string participant_context_id;
  std::vector<std::string> scopes;
};
Result<void> read(const json::Node& node, Enrolled& out);
json::Value write(const Enrolled& enrolled);

inline constexpr Route<EnrolmentOrder, EnrolmentToken> order_enrolment{
    {.name = "order-enrolment",
     .method = Method::post,
     .path = "/api/sts/v1/enrolments",
     .concern = Concern::clients,
     .scope = "sts-api:admin",
     .body = BodyFormat::json,
     .success = 201,
     .summary =
         "Makes a token with which a data plane of a participant enrols itself, once; the token before "
         "is good no more.",
     .example = R"({"dataplaneId":"edge","participantContextId":"example","goodForSeconds":3600})",
     .exempt = {.upsert = true}}};
inline constexpr Route<Enrolment, Enrolled> enrol{
    {.name = "enrol",
     .method = Method::post,
     .path = "/api/sts/v1/enrolments/enrol",
     .access = Access::client,
     .body = BodyFormat::json,
     .summary = "A data plane shows its enrolment token and the public key that it proves itself with from "
                "then on.",
     .example = R"({"enrolmentToken":"edge.0123456789abcdef","jwks":{"keys":[{"kty":"OKP","crv":"Ed25519",)"
                R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}})",
     // A key that cannot be read is passed over. [RFC 7517 §5]
     .exempt = {.free_form = "/jwks/keys/0"}}};

}  // namespace kontor::protocol::api::token
