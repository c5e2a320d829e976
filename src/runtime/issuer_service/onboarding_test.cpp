#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

using platform::auth::Role;

// The stage of an onboarding in which an organisation applies and the governance decides, over HTTP.
class Onboarding : public IssuerTest {
 protected:
  http::Response send(std::string method, const std::string& path, std::string body = "") {
    http::Request request{std::move(method), house.administration_url(administration + path), {}, {}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  /// One step of `who`, upon an application: its name in the path, and what is said.
  http::Response step(const std::string& who, const std::string& action, std::string body = "") {
    house.caller.subject = who;
    return send("POST", "applications/" + application + "/" + action, std::move(body));
  }
  static std::string text(const http::Response& response, std::string_view member) {
    const auto body = json::parse(response.body.text).value();
    const auto* found = json::find(body, member);
    return found && found->is_string() ? std::string(found->get_string()) : "";
  }
  static std::string statement(std::string_view country, std::string_view sha256 = digest) {
    return fmt::format(R"("holderName":"Acme","credentialType":"MembershipCredential","properties":{{)"
                       R"("country":"{}"}},"documents":[{{"name":"extract","reference":)"
                       R"("https://files.example/1","mediaType":"application/pdf","sha256":"{}"}}])",
                       country, sha256);
  }
  void apply() {
    house.caller.subject = "acme's portal";
    const auto answer = send("POST", "applications",
                             fmt::format(R"({{"applicant":"{}",{}}})", holder.did(), statement("DE")));
    ASSERT_EQ(answer.status, 201u) << answer.body.text;
    application = text(answer, "id");
  }
  /// Who did what, as the issuer's audit chain has it.
  std::vector<std::string> audited() {
    std::vector<std::string> all;
    for (const auto& row : loop.run(house.store->audit(issuer_context, 0, 1000)).value()) {
      all.push_back(row.actor + ": " + row.event.name);
    }
    return all;
  }

  static constexpr std::string_view digest =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  std::string application;
};

TEST_F(Onboarding, an_application_is_reviewed_changed_and_approved_and_then_its_credential_is_issued) {
  apply();
  EXPECT_EQ(text(step("rita", "review"), "state"), "in_review");
  EXPECT_EQ(text(step("rita", "request-changes", R"({"comment":"name the city"})"), "state"),
            "changes_requested");
  const auto status = send("GET", "applications/" + application + "/status");
  EXPECT_EQ(text(status, "state"), "changes_requested");
  EXPECT_EQ(text(status, "comment"), "name the city");
  EXPECT_FALSE(status.body.text.contains("rita")) << "the applicant is not told who judges";
  EXPECT_EQ(step("rita", "approve", "{}").status, 409u);
  EXPECT_EQ(
      text(step("acme's portal", "resubmit", "{" + statement("FR") + R"(,"comment":"moved"})"), "state"),
      "submitted");
  EXPECT_EQ(request(holder, "MembershipCredential").status, 403u) << "nothing was approved yet";
  EXPECT_EQ(text(step("robert", "approve", R"({"comment":"complete"})"), "state"), "approved");
  EXPECT_EQ(deliveries_to(holder), 0u) << "an approval issues nothing";
  const auto history = send("GET", "applications/" + application).body.text;
  for (const char* each : {"submit", "start_review", "request_changes", "resubmit", "approve",
                           "name the city", "moved", "complete", "rita", "robert"}) {
    EXPECT_TRUE(history.contains(each)) << each;
  }
  await_delivery(process_of(request(holder, "MembershipCredential")));
  EXPECT_TRUE(vc::has_type(delivered_credential(holder), "MembershipCredential"));
}

TEST_F(Onboarding, what_was_rejected_or_withdrawn_authorises_nothing) {
  apply();
  EXPECT_EQ(step("rita", "reject", "{}").status, 400u) << "without a reason";
  EXPECT_EQ(text(step("rita", "reject", R"({"comment":"no legal person"})"), "state"), "rejected");
  EXPECT_EQ(request(holder, "MembershipCredential").status, 403u);
  apply();
  EXPECT_EQ(text(step("acme's portal", "withdraw", R"({"comment":"later"})"), "state"), "withdrawn");
  EXPECT_EQ(step("rita", "approve", "{}").status, 409u);
  EXPECT_EQ(step("acme's portal", "resubmit", "{" + statement("FR") + "}").status, 409u);
  EXPECT_EQ(request(holder, "MembershipCredential").status, 403u);
}

TEST_F(Onboarding, nobody_approves_what_they_submitted_or_resubmitted) {
  apply();
  EXPECT_EQ(step("acme's portal", "approve", "{}").status, 403u);
  EXPECT_EQ(step("rita", "request-changes", R"({"comment":"sign it"})").status, 200u);
  EXPECT_EQ(step("robert", "resubmit", "{" + statement("FR") + "}").status, 200u);
  EXPECT_EQ(step("robert", "approve", "{}").status, 403u);
  EXPECT_EQ(step("rita", "approve", "{}").status, 200u);
}

TEST_F(Onboarding, bad_input_is_refused_with_its_place_and_changes_nothing) {
  apply();
  const auto place = [&](const http::Response& answer) {
    EXPECT_EQ(answer.status, 400u) << answer.body.text;
    const auto errors = json::parse(answer.body.text).value();
    return std::string(json::find(errors.as_array().at(0), "path")->as_string());
  };
  EXPECT_EQ(place(step("rita", "request-changes", R"({"comment":7})")), "/comment");
  EXPECT_EQ(place(step("rita", "request-changes", R"({"comment":""})")), "/comment");
  EXPECT_EQ(step("rita", "request-changes", R"({"comment":"sign it"})").status, 200u);
  EXPECT_EQ(place(step("acme", "resubmit", "{" + statement("FR", "short") + "}")), "/documents/0/sha256");
  EXPECT_EQ(place(step("acme", "resubmit", R"({"holderName":"Acme"})")), "/credentialType");
  EXPECT_EQ(text(send("GET", "applications/" + application), "state"), "changes_requested");
  application = "nobody";
  for (const char* action : {"review", "approve", "reject", "request-changes", "withdraw"}) {
    EXPECT_EQ(step("rita", action, R"({"comment":"x"})").status, 404u) << action;
  }
  EXPECT_EQ(send("GET", "applications/nobody/status").status, 404u);
}

TEST_F(Onboarding, applications_that_wait_are_found_by_their_state) {
  apply();
  const auto first = application;
  apply();
  step("rita", "review");
  const auto found = send("POST", "applications/query",
                          R"({"filterExpression":[{"operandLeft":"state","operator":"=",)"
                          R"("operandRight":"submitted"}]})");
  EXPECT_EQ(found.status, 200u);
  EXPECT_TRUE(found.body.text.contains(first));
  EXPECT_FALSE(found.body.text.contains(application));
}

TEST_F(Onboarding, authorising_and_issuing_are_two_audit_entries_of_two_people) {
  define("MembershipCredential2", "registered", R"(,"approvalRequired":true)");
  apply();
  step("rita", "approve", "{}");
  const auto process = process_of(request(holder, "MembershipCredential2"));
  house.caller.subject = "ivan";
  EXPECT_EQ(send("POST", "issuanceprocesses/" + process + "/approve").status, 204u);
  await_delivery(process);
  const auto all = audited();
  const auto has = [&](const char* entry) { return std::ranges::count(all, entry); };
  EXPECT_EQ(has("acme's portal: application.submitted"), 1) << fmt::format("{}", fmt::join(all, "\n"));
  EXPECT_EQ(has("rita: application.approved"), 1);
  EXPECT_EQ(has("ivan: issuance.approved"), 1) << fmt::format("{}", fmt::join(all, "\n"));
  EXPECT_EQ(has("rita: issuance.approved"), 0);
}

TEST_F(Onboarding, each_side_does_what_is_its_own_over_http) {
  apply();
  const auto call_with = [&](std::string scope, std::string context = "issuer") {
    house.caller = {.subject = "someone", .role = {}, .context = ContextId(context), .scopes = {scope}};
  };
  const auto reviewed = [&] { return send("POST", "applications/" + application + "/review").status; };
  const auto withdrawn = [&] {
    return send("POST", "applications/" + application + "/withdraw", R"({"comment":"x"})").status;
  };
  call_with("issuer-admin-api:applications:write");
  EXPECT_EQ(reviewed(), 403u);
  call_with("issuer-admin-api:credentials:write");
  EXPECT_EQ(reviewed(), 403u);
  EXPECT_EQ(withdrawn(), 403u);
  call_with("issuer-admin-api:authorisations:write", "another-issuer");
  EXPECT_EQ(reviewed(), 403u) << "another issuer's context";
  call_with("issuer-admin-api:authorisations:write");
  EXPECT_EQ(withdrawn(), 403u);
  EXPECT_EQ(reviewed(), 200u);
  call_with("issuer-admin-api:applications:write");
  EXPECT_EQ(withdrawn(), 200u);
}

}  // namespace kontor::runtime::issuer_service::testing
