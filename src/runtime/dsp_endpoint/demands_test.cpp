#include "runtime/dsp_endpoint/dsp_peers_for_test.hpp"

namespace kontor::runtime::dsp_endpoint {

using namespace std::chrono_literals;
using kontor::testing::Party;
namespace vc = protocol::vc;

namespace {

const std::string membership = "MembershipCredential";
const std::string demanding = "members";

/// Acme takes part in a dataspace in which members alone are heard, and believes one issuer there. Nothing is
/// remembered, so that every question is answered by what Globex presents at that moment.
class DemandsTest : public testing::DspPeersTest {
 protected:
  DemandsTest() : DspPeersTest({.max_age = 0s}) {
    globex.offer("CredentialService", "/cs");
    profile.name = demanding;
    profile.trusted_issuers = {{members_issuer.did(), {"*"}}};
    profile.required_credentials = {membership};
    declare();
    EXPECT_TRUE(loop.run(dataspaces.associate(acme, {std::string(profile_2025_1), demanding}, "operator")));
  }

  void declare() {
    using dataspace::DataspaceProfileDocument;
    const platform::engine::Command command{platform::store::installation_context(), EntityId(demanding)};
    auto known = loop.run(house.engine->load<DataspaceProfileDocument>(command.context, command.id));
    const auto version = known ? known->version : 0;
    ASSERT_TRUE(loop.run(house.engine->put<DataspaceProfileDocument>(command, profile, version)));
  }
  Instant now() { return loop.clock().now(); }
  using Change = std::function<void(vc::Credential&)>;
  std::string issue(const Change& change = [](vc::Credential&) {}) {
    auto credential = members_issuer.credential(globex.did(), membership, now());
    change(credential);
    return members_issuer.issue(credential, now());
  }
  void present(std::vector<std::string> credentials) {
    answer_with({globex.present(globex.presentation(acme_did, std::move(credentials), now()))});
  }
  void answer_with(const std::vector<std::string>& presentations) {
    server.answer(query, kontor::testing::presentation_response(presentations));
  }
  /// The status with which a question under a profile is answered: 200 for one that is heard.
  unsigned status(std::string segment = demanding) {
    auto caller = authenticate(call(authorization(), std::move(segment)));
    if (!caller) return caller.error().row().http_status;
    const auto subject = loop.run(peers.subject(*caller, house.soon()));
    if (subject) return 200;
    reason = subject.error().detail;
    return subject.error().row().http_status;
  }
  void declare_nothing(Party& party) {
    party.document.authentication = std::vector<std::string>{};
    party.document.assertion_method.reset();
    party.document.capability_invocation.reset();
    party.publish();
    house.resolver->forget();
  }

  Party members_issuer{server, "members-issuer"};
  dataspace::Profile profile = dataspace::built_in_profile();
  std::string query = globex.path("/cs/presentations/query");
  std::string reason;
};

}  // namespace

TEST_F(DemandsTest, who_proves_what_is_demanded_is_heard_whatever_else_it_shows) {
  present({issue()});
  EXPECT_EQ(status(), 200u) << reason;
  present({issue(), issue([](auto& each) { each.types = {"VerifiableCredential", "OtherCredential"}; })});
  EXPECT_EQ(status(), 200u) << "more than was asked for";
  present({issue([](auto& each) { each.types = {membership}; })});
  EXPECT_EQ(status(), 200u) << "no more types than its own";
  present({issue([this](auto& each) { each.valid_until = now() - 1h; }), issue()});
  EXPECT_EQ(status(), 200u) << "an old one beside a good one";
}

TEST_F(DemandsTest, who_does_not_prove_what_is_demanded_is_refused_for_good) {
  server.answer(query, "", 401);
  EXPECT_EQ(status(), 401u) << "its credential service tells nothing";
  answer_with({});
  EXPECT_EQ(status(), 403u) << "no presentation";
  present({});
  EXPECT_EQ(status(), 403u) << "a presentation without credentials";
  present({issue([](auto& each) { each.types = {"VerifiableCredential", "OtherCredential"}; })});
  EXPECT_EQ(status(), 403u) << "a credential of another type";
  EXPECT_TRUE(reason.contains(membership)) << reason;
  present({globex.issue(globex.credential(globex.did(), membership, now()), now())});
  EXPECT_EQ(status(), 403u) << "a credential of its own making";
  EXPECT_TRUE(reason.contains("not trusted")) << reason;
}

TEST_F(DemandsTest, a_credential_that_is_demanded_must_be_good_now) {
  present({issue([this](auto& each) { each.valid_until = now() - 1min; })});
  EXPECT_EQ(status(), 403u);
  EXPECT_TRUE(reason.contains("expired")) << reason;
  present({issue([this](auto& each) { each.valid_from = now() + 1h; })});
  EXPECT_EQ(status(), 403u);
  const auto list = members_issuer.publish_status_list("/status", {7}, now());
  const auto with_status = [&](auto& each) { each.statuses = {{.list_url = list, .index = 7}}; };
  present({issue(with_status)});
  EXPECT_EQ(status(), 403u) << "revoked";
  server.answer(members_issuer.path("/status"),
                R"({"type":["VerifiableCredential","BitstringStatusListCredential"],"credentialSubject":{)"
                R"("type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"uH4sI"}})");
  house.status_lists->forget();
  present({issue(with_status)});
  EXPECT_EQ(status(), 403u) << "a status that nobody has signed";
}

TEST_F(DemandsTest, a_credential_that_is_demanded_must_be_ones_own_and_genuine) {
  present({issue([this](auto& each) { each.subjects[0].id = issuer.did(); })});
  EXPECT_EQ(status(), 401u) << "about somebody else";
  const auto content = members_issuer.credential(globex.did(), membership, now());
  present({globex.sign(vc::credential_signing_input(content, members_issuer.signer(), now()))});
  EXPECT_EQ(status(), 401u) << "signed by who was to be proven";
  answer_with({members_issuer.present(members_issuer.presentation(acme_did, {issue()}, now()))});
  EXPECT_EQ(status(), 401u) << "presented by somebody else";
}

TEST_F(DemandsTest, what_one_profile_demands_no_other_does) {
  answer_with({});
  EXPECT_EQ(status(std::string(profile_2025_1)), 200u) << reason;
  EXPECT_EQ(status(), 403u);
  profile.required_credentials.clear();
  declare();
  EXPECT_EQ(status(), 200u) << reason;
}

TEST_F(DemandsTest, what_is_demanded_is_asked_for_once_and_may_be_asked_of_us) {
  profile.required_credentials = {membership, "QualityCredential"};
  declare();
  present({issue()});
  EXPECT_EQ(status(), 403u);
  EXPECT_TRUE(reason.contains("QualityCredential")) << reason;
  const auto asked = json::parse(server.last(query).body.text).value();
  EXPECT_EQ(json::serialize(asked.at("scope")),
            R"(["org.eclipse.dspace.dcp.vc.type:MembershipCredential:read",)"
            R"("org.eclipse.dspace.dcp.vc.type:QualityCredential:read"])");
  EXPECT_EQ(server.asked(query), 1u);
  server.answer("/dsp", "{}");
  ASSERT_TRUE(send(server.url("/dsp")));
  const std::string token(server.last("/dsp").headers.get("Authorization")->substr(7));
  const auto granted = protocol::jose::text_claim(protocol::jose::parse_jwt(token)->claims, "token").value();
  EXPECT_TRUE(protocol::jose::text_claim(protocol::jose::parse_jwt(granted)->claims, "scope")
                  ->contains("QualityCredential"));
}

TEST_F(DemandsTest, documents_that_declare_no_relationship_are_believed_where_the_profile_says_so) {
  present({issue()});
  declare_nothing(globex);
  EXPECT_EQ(status(), 401u) << "the caller's own document";
  profile.accept_undeclared_relationships = true;
  declare();
  EXPECT_EQ(status(), 200u) << reason;
  EXPECT_EQ(status(std::string(profile_2025_1)), 401u) << "it is said of the one profile alone";
  declare_nothing(members_issuer);
  EXPECT_EQ(status(), 200u) << reason;
  const auto list = members_issuer.publish_status_list("/status", {}, now());
  present({issue([&](auto& each) { each.statuses = {{.list_url = list, .index = 7}}; })});
  EXPECT_EQ(status(), 200u) << reason;
}

TEST_F(DemandsTest, documents_that_declare_keys_for_something_else_are_believed_nowhere) {
  profile.accept_undeclared_relationships = true;
  declare();
  present({issue()});
  ASSERT_EQ(status(), 200u) << reason;
  members_issuer.document.assertion_method.reset();
  members_issuer.publish();
  house.resolver->forget();
  EXPECT_EQ(status(), 401u) << "the issuer's key is not for assertions";
  members_issuer.document.assertion_method = {members_issuer.kid()};
  members_issuer.publish();
  globex.document.capability_invocation = std::vector<std::string>{};
  globex.publish();
  house.resolver->forget();
  EXPECT_EQ(status(), 401u) << "the caller's key is not for calling";
}

}  // namespace kontor::runtime::dsp_endpoint
