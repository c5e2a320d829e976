#include <gtest/gtest.h>

#include "base/text/encoding.hpp"
#include "runtime/dataspace/routes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::dataspace {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
namespace http = platform::http;

constexpr const char* envelope = R"("@context":["https://w3id.org/edc/connector/management/v2"])";

class TrustedIssuers : public ::testing::Test {
 protected:
  static std::vector<const entity::Kind*> kinds() {
    using namespace participant_context;
    return {&ParticipantContextDocument::kind(), &ContextConfigDocument::kind(), &DataPlaneDocument::kind(),
            &DataspaceProfileDocument::kind(), &DcpScopeDocument::kind()};
  }
  TrustedIssuers() {
    bind_routes(*house.router, {*house.engine, dataspaces, discovery});
    bind_trusted_issuer_routes(*house.router, *house.engine);
    house.open();
    participant_context::ParticipantContext context{
        .id = acme, .identity = Did("did:web:acme"), .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
    EXPECT_EQ(send("POST", "", profile("members", "")).status, 200u);
    EXPECT_TRUE(loop.run(dataspaces.associate(acme, {"members"}, "operator")));
  }
  ~TrustedIssuers() override { house.close(); }

  http::Response send(std::string method, const std::string& path, std::string body = "") {
    http::Request request{
        std::move(method), house.administration_url("/api/mgmt/v5beta/dataspaceprofiles" + path), {}, {}};
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(body);
    return house.ask(std::move(request));
  }
  static std::string profile(std::string_view name, std::string_view issuers) {
    return fmt::format(
        R"({{{},"@type":"DataspaceProfile","name":"{}","protocol":{{"version":"2025-1",)"
        R"("binding":"HTTPS","namespace":"https://w3id.org/dspace/2025/1/"}},"trustedIssuers":[{}]}})",
        envelope, name, issuers);
  }
  static std::string entry(std::string_view id, std::string_view types) {
    return fmt::format(R"({{{},"@type":"TrustedIssuer","@id":"{}","supportedTypes":{}}})", envelope, id,
                       types);
  }
  static std::string place(std::string_view id) {
    return "/members/trustedissuers/" + text::percent_encode(id);
  }
  /// What the verifier of the participant asks with.
  std::vector<protocol::api::management::TrustedIssuer> in_force() {
    return loop.run(dataspaces.at(acme, "members")).value().trusted_issuers;
  }
  std::size_t listed(const std::string& query = "") {
    const auto answer = send("GET", "/members/trustedissuers" + query);
    EXPECT_EQ(answer.status, 200u) << answer.body.text;
    return json::parse(answer.body.text).value().as_array().size();
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  Dataspaces dataspaces{*house.engine, contexts};
  Discovery discovery{{dataspaces, contexts, *house.resolver, *house.client}};
};

constexpr const char* issuer = "did:web:issuer.example%3A8443:a";

}  // namespace

TEST_F(TrustedIssuers, what_is_added_changed_and_removed_is_in_force_at_once) {
  EXPECT_TRUE(in_force().empty());
  const auto added = send("POST", "/members/trustedissuers", entry(issuer, R"(["MembershipCredential"])"));
  ASSERT_EQ(added.status, 200u) << added.body.text;
  ASSERT_EQ(in_force().size(), 1u);
  EXPECT_EQ(in_force()[0].supported_types, std::vector<std::string>{"MembershipCredential"});
  const auto shown = json::parse(send("GET", place(issuer)).body.text).value();
  EXPECT_EQ(json::find(shown, "@id")->as_string(), issuer);
  EXPECT_EQ(send("PUT", place(issuer), entry(issuer, R"(["A","B"])")).status, 204u);
  EXPECT_EQ(in_force()[0].supported_types, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(send("DELETE", place(issuer)).status, 204u);
  EXPECT_TRUE(in_force().empty());
}

TEST_F(TrustedIssuers, they_are_found_by_the_type_that_they_are_trusted_for) {
  for (const auto& [id, types] :
       {std::pair{"did:web:a", R"(["A"])"}, {"did:web:b", R"(["A","B"])"}, {"did:web:all", R"(["*"])"}})
    EXPECT_EQ(send("POST", "/members/trustedissuers", entry(id, types)).status, 200u);
  EXPECT_EQ(listed(), 3u);
  EXPECT_EQ(listed("?type=B"), 2u);
  EXPECT_EQ(listed("?type=C"), 1u);
}

TEST_F(TrustedIssuers, the_register_and_the_profile_are_one) {
  EXPECT_EQ(send("PUT", "", profile("members", R"({"@id":"did:web:a","supportedTypes":["*"]})")).status,
            204u);
  EXPECT_EQ(listed(), 1u);
  EXPECT_EQ(send("POST", "/members/trustedissuers", entry("did:web:b", R"(["*"])")).status, 200u);
  EXPECT_TRUE(send("GET", "/members").body.text.contains("did:web:b"));
  const auto twice =
      R"({"@id":"did:web:a","supportedTypes":["*"]},{"@id":"did:web:a","supportedTypes":["A"]})";
  const auto refused = send("PUT", "", profile("members", twice));
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("/trustedIssuers/1/@id")) << refused.body.text;
}

TEST_F(TrustedIssuers, what_is_no_entry_is_refused_with_its_place_and_what_is_not_there_is_not_found) {
  const auto pointer = [&](const std::string& body, const char* place) {
    const auto answer = send("POST", "/members/trustedissuers", body);
    EXPECT_EQ(answer.status, 400u) << body;
    EXPECT_TRUE(answer.body.text.contains(place)) << answer.body.text;
  };
  pointer(entry("issuer", R"(["*"])"), "/@id");
  pointer(entry(issuer, "[]"), "/supportedTypes");
  pointer(entry(issuer, R"([""])"), "/supportedTypes");
  pointer(fmt::format(R"({{{},"@type":"TrustedIssuer","supportedTypes":["*"]}})", envelope), "/@id");
  EXPECT_EQ(send("POST", "/members/trustedissuers", entry(issuer, R"(["*"])")).status, 200u);
  EXPECT_EQ(send("POST", "/members/trustedissuers", entry(issuer, R"(["*"])")).status, 409u);
  EXPECT_EQ(send("POST", "/nowhere/trustedissuers", entry(issuer, R"(["*"])")).status, 404u);
  EXPECT_EQ(send("GET", place("did:web:nobody")).status, 404u);
  EXPECT_EQ(send("PUT", place("did:web:nobody"), entry(issuer, R"(["*"])")).status, 404u);
  EXPECT_EQ(send("DELETE", place("did:web:nobody")).status, 404u);
}

TEST_F(TrustedIssuers, changes_at_the_same_time_are_all_kept) {
  std::vector<Task<Result<http::Response>>> requests;
  for (int i = 0; i < 6; ++i) {
    http::Request request{
        "POST",
        house.administration_url("/api/mgmt/v5beta/dataspaceprofiles/members/trustedissuers"),
        {},
        {}};
    request.headers.set("Content-Type", "application/json");
    request.body.text = entry(fmt::format("did:web:issuer-{}", i), R"(["*"])");
    requests.push_back(
        house.client->send(std::move(request), {.deadline = house.soon(), .trust = http::Trust::configured}));
  }
  for (const auto& answer : kontor::testing::run_together(loop, std::move(requests)))
    EXPECT_EQ(answer.value().status, 200u);
  EXPECT_EQ(in_force().size(), 6u);
}

}  // namespace kontor::runtime::dataspace
