#include "runtime/token_service/enrolments.hpp"

#include "runtime/token_service/test_token_service.hpp"

namespace kontor::runtime::token_service::testing {

class EnrolmentsTest : public TokenServiceTest {
 protected:
  EnrolmentsTest() { bind_enrolment_routes(*house.router, enrolments); }

  http::Response post(const std::string& path, std::string body) {
    http::Request request{"POST", house.administration_url(path), {}, {std::move(body), {}}};
    request.headers.set("Content-Type", "application/json");
    return house.ask(std::move(request));
  }
  http::Response ordered(const std::string& id, const std::string& context = "acme") {
    return post("/api/sts/v1/enrolments", json::encode(api::EnrolmentOrder{id, context, 600}));
  }
  std::string order(const std::string& id) {
    const auto answer = ordered(id);
    EXPECT_EQ(answer.status, 201u) << answer.body.text;
    return json::decode<api::EnrolmentToken>(answer.body.text).value().enrolment_token;
  }
  unsigned enrol(const std::string& token, const crypto::PrivateKey& with) {
    return post("/api/sts/v1/enrolments/enrol",
                json::encode(api::Enrolment{token, {{jose::jwk_of(with.public_key())}}}))
        .status;
  }
  http::Response proven(const std::string& id, const crypto::PrivateKey& with, const std::string& rest = "") {
    auto claims = saying();
    claims.iss = claims.sub = id;
    return by_assertion(signed_by(with, claims), rest);
  }

  Enrolments enrolments{*house.engine, {"provisioner"}};
  crypto::PrivateKey other = crypto::PrivateKey::generate(crypto::KeyType::p256, loop.random()).value();
};

TEST_F(EnrolmentsTest, a_plane_gets_tokens_for_its_tunnel_and_its_reports_alone) {
  EXPECT_EQ(enrol(order("edge"), key), 200u);
  const auto claims = claims_of(proven("edge", key));
  EXPECT_EQ(claims.sub, "edge");
  EXPECT_EQ(jose::text_claim(claims, "participant_context_id"), "acme");
  EXPECT_EQ(jose::text_claim(claims, "scope"), "signaling-api:tunnels:write signaling-api:reports:write");
  EXPECT_EQ(jose::text_claim(claims, "role"), std::nullopt);
  EXPECT_EQ(error_of(proven("edge", key, "&scope=signaling-api:admin")), "400 invalid_scope");
}

TEST_F(EnrolmentsTest, an_enrolment_token_serves_once) {
  const auto token = order("edge");
  EXPECT_EQ(enrol(token, key), 200u);
  EXPECT_EQ(enrol(token, other), 401u);
  EXPECT_EQ(enrol(token, key), 401u) << "not for the same key either";
  EXPECT_EQ(proven("edge", other).status, 401u);
  EXPECT_EQ(proven("edge", key).status, 200u);
}

TEST_F(EnrolmentsTest, a_token_that_was_replaced_or_is_too_old_serves_nobody) {
  const auto first = order("edge");
  const auto second = order("edge");
  EXPECT_EQ(enrol(first, key), 401u);
  loop.clock().advance(601s);
  EXPECT_EQ(enrol(second, key), 401u);
  EXPECT_EQ(enrol("unknown", key), 401u);
  EXPECT_EQ(enrol("ZWRnZQ.0123", key), 401u);
  EXPECT_EQ(enrol(order("edge"), key), 200u);
}

TEST_F(EnrolmentsTest, a_plane_that_enrols_anew_has_another_key) {
  EXPECT_EQ(enrol(order("edge"), key), 200u);
  const auto token = order("edge");
  EXPECT_EQ(proven("edge", key).status, 200u) << "until the token is used";
  EXPECT_EQ(enrol(token, other), 200u);
  EXPECT_EQ(proven("edge", key).status, 401u);
  EXPECT_EQ(proven("edge", other).status, 200u);
}

TEST_F(EnrolmentsTest, nobody_enrols_in_the_place_of_another) {
  put(participant());
  EXPECT_EQ(ordered("acme").status, 409u) << "a client";
  EXPECT_EQ(ordered("provisioner").status, 409u) << "one of the configuration";
  order("edge");
  EXPECT_EQ(ordered("edge", "globex").status, 409u) << "a plane of another participant";
  auto taken = participant();
  taken.client_id = "edge";
  EXPECT_EQ(put(taken).status, 409u);
  EXPECT_EQ(set_secret("edge", std::string(40, 's')).status, 409u);
}

TEST_F(EnrolmentsTest, an_order_that_cannot_be_carried_out_is_refused_with_its_place) {
  const auto refused = post("/api/sts/v1/enrolments", json::encode(api::EnrolmentOrder{"edge", "acme", 0}));
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("/goodForSeconds")) << refused.body.text;
  EXPECT_EQ(post("/api/sts/v1/enrolments/enrol", json::encode(api::Enrolment{order("edge"), {}})).status,
            400u);
}

TEST_F(EnrolmentsTest, a_provisioner_orders_enrolments_and_ends_them) {
  call_as(Role::provisioner);
  EXPECT_EQ(enrol(order("edge"), key), 200u);
  EXPECT_EQ(remove("edge").status, 204u);
  EXPECT_EQ(proven("edge", key).status, 401u);
  call_as(Role::participant);
  EXPECT_EQ(ordered("edge").status, 403u);
}

}  // namespace kontor::runtime::token_service::testing
