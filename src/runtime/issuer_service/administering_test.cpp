#include "base/text/encoding.hpp"
#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

class Administering : public IssuerTest {
 protected:
  http::Response send(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), house.administration_url(administration + path), {}, {}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  json::Value read(const http::Response& response) {
    EXPECT_LT(response.status, 300u) << response.body.text;
    return json::parse(response.body.text).value();
  }
  static std::string text(const json::Value& value, std::string_view member) {
    const auto* found = json::find(value, member);
    return found && found->is_string() ? std::string(found->get_string()) : "";
  }
  /// The ids of what a query finds.
  std::vector<std::string> found(const std::string& collection, const std::string& field,
                                 const std::string& value) {
    const auto list = read(send("POST", collection + "/query",
                                fmt::format(R"({{"filterExpression":[{{"operandLeft":"{}","operator":"=",)"
                                            R"("operandRight":"{}"}}]}})",
                                            field, value)));
    std::vector<std::string> ids;
    for (const auto& each : list.as_array()) ids.push_back(text(each, "id"));
    return ids;
  }
  std::string holder_path(const Party& party) { return "holders/" + text::percent_encode(party.did().str()); }
};

// ---- issuance processes

TEST_F(Administering, a_request_that_waits_is_found_and_approved) {
  define("Judged", "registered", R"(,"approvalRequired":true)");
  const auto process = process_of(request(holder, "Judged"));
  EXPECT_EQ(found("issuanceprocesses", "state", "SUBMITTED"), std::vector{process});
  const auto shown = read(send("GET", "issuanceprocesses/" + process));
  EXPECT_EQ(text(shown, "state"), "SUBMITTED");
  EXPECT_EQ(text(shown, "holderPid"), "pid-1");
  EXPECT_EQ(text(*json::find(shown, "credentialFormats"), "Judged"), "VC1_0_JWT");
  EXPECT_EQ(deliveries_to(holder), 0u);
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 204u);
  await_delivery(process);
  EXPECT_TRUE(vc::has_type(delivered_credential(holder), "Judged"));
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 204u) << "twice is once";
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/reject", R"({"reason":"late"})").status, 409u);
}

TEST_F(Administering, a_request_that_is_rejected_is_told_to_its_holder) {
  define("Judged", "registered", R"(,"approvalRequired":true)");
  const auto process = process_of(request_as(authorization_with(holder, "one-time"), "Judged"));
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/reject", R"({"reason":""})").status, 400u);
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/reject", R"({"reason":"not now"})").status, 204u);
  let_deliveries_come(1);
  EXPECT_EQ(delivered_to(holder).rejection_reason, "not now");
  const auto shown = send("GET", "issuanceprocesses/" + process);
  EXPECT_EQ(text(read(shown), "errorDetail"), "not now");
  EXPECT_FALSE(shown.body.text.contains("one-time")) << "the holder's token is nobody else's";
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 409u);
}

// ---- definitions, attestations, holders

TEST_F(Administering, a_definition_is_tried_and_nothing_changes) {
  const auto tried = [&](const std::string& definition, const std::string& claims = "") {
    return read(send("POST", "credentialdefinitions/" + definition + "/evaluate",
                     fmt::format(R"({{"holderId":"{}"{}}})", holder.did(), claims)));
  };
  define(
      "Gold", "registered",
      R"(,"rules":[{"type":"expression","configuration":{"claim":"level","operator":"eq","value":"gold"}}],)"
      R"("mappings":[{"input":"level","output":"credentialSubject.level","required":true}])");
  const auto refused = tried("Gold");
  EXPECT_EQ(text(refused, "verdict"), "REJECTED");
  EXPECT_NE(text(refused, "reason").find("level"), std::string::npos);
  EXPECT_EQ(json::find(refused, "credential"), nullptr);
  const auto granted = tried("Gold", R"(,"claims":{"level":"gold"})");
  EXPECT_EQ(text(granted, "verdict"), "APPROVED");
  const auto credential = json::decode_value<vc::Credential>(*json::find(granted, "credential")).value();
  EXPECT_EQ(credential.subjects.at(0).id, holder.did());
  EXPECT_EQ(credential.subjects.at(0).claims.at("level"), "gold");
  EXPECT_TRUE(credential.statuses.empty());
  EXPECT_EQ(text(tried("RegisteredCredential"), "verdict"), "APPROVED");
  EXPECT_EQ(text(tried("MembershipCredential"), "verdict"), "REJECTED");
  EXPECT_TRUE(processes().empty());
  EXPECT_TRUE(
      loop.run(house.engine->list<status_list::PlacesDocument>(issuer_context, {})).value().entities.empty())
      << "no place is taken";
  EXPECT_EQ(send("POST", "credentialdefinitions/Gold/evaluate", R"({"holderId":"nobody"})").status, 400u);
  EXPECT_EQ(send("POST", "credentialdefinitions/None/evaluate", R"({"holderId":"nobody"})").status, 404u);
}

TEST_F(Administering, a_definition_is_made_read_found_changed_and_removed) {
  const auto made = send("POST", "credentialdefinitions",
                         R"({"credentialType":"A","format":"VC1_0_JWT","attestations":["registered"]})");
  ASSERT_EQ(made.status, 201u) << made.body.text;
  const std::string location(made.headers.get("Location").value_or(""));
  const auto id = location.substr(location.rfind('/') + 1);
  const auto path = "credentialdefinitions/" + id;
  EXPECT_EQ(text(read(send("GET", path)), "credentialType"), "A");
  const auto changed = [&](const std::string& attestation) {
    return send(
        "PUT", "credentialdefinitions",
        fmt::format(R"({{"id":"{}","credentialType":"B","format":"VC2_0_JOSE","attestations":["{}"]}})", id,
                    attestation));
  };
  EXPECT_EQ(changed("nothing").status, 400u);
  EXPECT_EQ(changed("registered").status, 200u);
  EXPECT_EQ(found("credentialdefinitions", "credentialType", "B"), std::vector{id});
  EXPECT_EQ(send("DELETE", path).status, 204u);
  EXPECT_EQ(send("GET", path).status, 404u);
  EXPECT_EQ(changed("registered").status, 404u);
}

TEST_F(Administering, an_attestation_is_found_and_not_removed_while_a_definition_rests_on_it) {
  administer("attestations", R"({"id":"spare","attestationType":"holder","configuration":{}})");
  EXPECT_EQ(found("attestations", "attestationType", "holder"),
            (std::vector<std::string>{"registered", "spare"}));
  EXPECT_EQ(send("DELETE", "attestations/registered").status, 409u);
  EXPECT_EQ(send("DELETE", "attestations/spare").status, 204u);
  EXPECT_EQ(send("DELETE", "attestations/spare").status, 404u);
}

TEST_F(Administering, a_holder_is_changed_and_found) {
  const auto changed = fmt::format(R"({{"holderId":"{0}","did":"{0}","name":"Renamed"}})", holder.did());
  EXPECT_EQ(send("PUT", "holders", changed).status, 200u);
  const auto shown = read(send("GET", holder_path(holder)));
  EXPECT_EQ(text(shown, "holderName"), "Renamed");
  EXPECT_EQ(text(shown, "participantContextId"), "issuer");
  EXPECT_EQ(found("holders", "did", other.did().str()), std::vector{other.did().str()});
  EXPECT_EQ(send("PUT", "holders", R"({"holderId":"nobody","did":"did:web:nobody"})").status, 404u);
}

}  // namespace kontor::runtime::issuer_service::testing
