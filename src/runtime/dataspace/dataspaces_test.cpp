#include "runtime/dataspace/dataspaces.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/dataspace/discovery.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

namespace kontor::runtime::dataspace {
namespace {

using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::Party;
using kontor::testing::VirtualLoop;
using platform::engine::Command;
using platform::store::installation_context;
namespace management = protocol::api::management;

Profile profile_named(std::string name) {
  auto profile = built_in_profile();
  profile.name = std::move(name);
  return profile;
}

class DataspacesTest : public ::testing::Test {
 protected:
  static std::vector<const entity::Kind*> kinds() {
    using namespace participant_context;
    return {&ParticipantContextDocument::kind(), &ContextConfigDocument::kind(), &DataPlaneDocument::kind(),
            &DataspaceProfileDocument::kind(), &DcpScopeDocument::kind()};
  }
  DataspacesTest() {
    participant_context::ParticipantContext context{
        .id = acme, .identity = Did("did:web:acme"), .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
    EXPECT_TRUE(loop.run(dataspaces.seed()));
  }
  ~DataspacesTest() override { house.close(); }

  void declare(Profile profile) {
    Command command{installation_context(), EntityId(profile.name), "operator"};
    ASSERT_TRUE(loop.run(house.engine->put<DataspaceProfileDocument>(command, std::move(profile), 0)));
  }
  Result<void> associate(std::vector<std::string> names) {
    return loop.run(dataspaces.associate(acme, std::move(names), "operator"));
  }
  std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& each : loop.run(dataspaces.of(acme)).value()) out.push_back(each.name);
    return out;
  }
  void ask_for(std::string id, std::string type, std::string profile) {
    management::DcpScope scope{.id = id,
                               .value = "org.eclipse.dspace.dcp.vc.type:" + type,
                               .profile = std::move(profile),
                               .prefix_mapping = {}};
    Command command{installation_context(), EntityId(id), "operator"};
    ASSERT_TRUE(loop.run(house.engine->put<DcpScopeDocument>(command, std::move(scope), 0)));
  }
  std::vector<std::string> asked_in(std::string profile) {
    std::vector<std::string> types;
    for (const auto& each : loop.run(dataspaces.scopes({std::move(profile)})).value())
      types.push_back(each.value);
    std::ranges::sort(types);
    return types;
  }
  Result<Discovery::Found> find(Discovery::Request request) {
    return loop.run(discovery.find(acme, std::move(request), house.soon()));
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  Party globex{server, "globex"};
  House house{loop, {.kinds = kinds(), .plain_authorities = {server.authority()}}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  Dataspaces dataspaces{*house.engine, contexts};
  Discovery discovery{{dataspaces, contexts, *house.resolver, *house.client}};
};

constexpr const char* versions =
    R"({"protocolVersions":[{"version":"2025-1","path":"/http-dsp-profile-2025-1","binding":"HTTPS",)"
    R"("profile":"http-dsp-profile-2025-1"},{"version":"2024-1","path":"/2024","binding":"HTTPS"}]})";

}  // namespace

TEST_F(DataspacesTest, a_participant_of_no_profile_takes_part_in_the_built_in_one) {
  EXPECT_EQ(names(), std::vector<std::string>{std::string(default_profile)});
  EXPECT_TRUE(loop.run(dataspaces.seed())) << "a second replica finds what the first has written";
  ASSERT_TRUE(associate({}));
  EXPECT_TRUE(names().empty()) << "who is associated with an empty list takes part in nothing";
}

TEST_F(DataspacesTest, only_profiles_that_exist_are_associated) {
  const auto refused = associate({std::string(default_profile), "catena"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().pointer, "/profiles/1");
  declare(profile_named("catena"));
  ASSERT_TRUE(associate({"catena"}));
  EXPECT_EQ(names(), std::vector<std::string>{"catena"});
  EXPECT_TRUE(loop.run(dataspaces.named(acme, "catena")));
  EXPECT_EQ(loop.run(dataspaces.named(acme, std::string(default_profile))).error().code,
            ErrorCode::invalid_input);
}

TEST_F(DataspacesTest, two_profiles_of_one_participant_have_two_paths) {
  auto first = profile_named("first");
  first.protocol.path = "/shared";
  auto second = profile_named("second");
  second.protocol.path = "/shared";
  declare(first);
  declare(second);
  EXPECT_FALSE(associate({"first", "second"}));
  ASSERT_TRUE(associate({"second"}));
  EXPECT_EQ(loop.run(dataspaces.at(acme, "shared"))->name, "second");
  EXPECT_EQ(loop.run(dataspaces.at(acme, "second")).error().code, ErrorCode::not_found);
}

TEST_F(DataspacesTest, a_profile_is_named_by_its_version_too) {
  auto old = profile_named("old");
  old.protocol.version = "2024/1";
  declare(old);
  EXPECT_FALSE(loop.run(dataspaces.named(acme, "dataspace-protocol-http:2024/1"))) << "not yet its profile";
  ASSERT_TRUE(associate({std::string(default_profile), "old"}));
  const auto found = loop.run(dataspaces.named(acme, "dataspace-protocol-http:2024/1"));
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ(found->name, "old");
  EXPECT_EQ(form_of(*found), protocol::dsp::Form::of_2024_1);
  EXPECT_EQ(loop.run(dataspaces.named(acme, "dataspace-protocol-http:2025-1"))->name, default_profile);
  for (const char* unknown : {"dataspace-protocol-http", "dataspace-protocol-http:", "2024/1"})
    EXPECT_FALSE(loop.run(dataspaces.named(acme, unknown))) << unknown;
}

TEST_F(DataspacesTest, a_path_that_was_found_once_is_looked_for_again_after_a_change) {
  declare(profile_named("catena"));
  ASSERT_TRUE(associate({"catena"}));
  ASSERT_TRUE(loop.run(dataspaces.at(acme, "catena")));
  ASSERT_TRUE(associate({std::string(default_profile)}));
  EXPECT_FALSE(loop.run(dataspaces.at(acme, "catena"))) << "it takes part in it no longer";
  ASSERT_TRUE(associate({"catena"}));
  auto loaded =
      loop.run(house.engine->load<DataspaceProfileDocument>(installation_context(), EntityId("catena")));
  ASSERT_TRUE(loop.run(dataspaces.at(acme, "catena")));
  loaded->entity.protocol.path = "/elsewhere";
  Command command{installation_context(), EntityId("catena"), "operator"};
  ASSERT_TRUE(
      loop.run(house.engine->put<DataspaceProfileDocument>(command, loaded->entity, loaded->version)));
  EXPECT_FALSE(loop.run(dataspaces.at(acme, "catena"))) << "its path is another";
  EXPECT_TRUE(loop.run(dataspaces.at(acme, "elsewhere")));
}

TEST_F(DataspacesTest, a_profile_that_is_not_served_is_refused) {
  EXPECT_TRUE(check_served(built_in_profile()));
  const auto refused = [](auto change) {
    auto profile = built_in_profile();
    change(profile.protocol);
    auto served = check_served(profile);
    return served ? std::string("served") : served.error().pointer;
  };
  using Protocol = management::ProfileProtocol;
  EXPECT_EQ(refused([](Protocol& each) { each.version = "v0.8"; }), "/protocol/version");
  EXPECT_EQ(refused([](Protocol& each) { each.version = "2024/1"; }), "served");
  EXPECT_EQ(refused([](Protocol& each) { each.binding = "GRPC"; }), "/protocol/binding");
  for (const char* path : {"", "/", "x", "/a/b", "/a?b", "/..", "/%41"})
    EXPECT_EQ(refused([&](Protocol& each) { each.path = path; }), "/protocol/path") << path;
}

TEST_F(DataspacesTest, what_a_profile_demands_can_be_asked_for) {
  const auto decoded = [](const std::string& members) {
    return json::decode<Profile>(
        R"({"@context":["https://w3id.org/edc/connector/management/v2"],)"
        R"("@type":"DataspaceProfile","name":"members","protocol":{"version":"2025-1","binding":"HTTPS",)"
        R"("namespace":"https://w3id.org/dspace/2025/1/"})" +
        members + "}");
  };
  const auto plain = decoded("");
  ASSERT_TRUE(plain) << plain.error().message();
  EXPECT_TRUE(plain->required_credentials.empty());
  EXPECT_EQ(relationships_of(*plain), protocol::did::RelationshipPolicy::strict);
  const auto demanding =
      decoded(R"(,"requiredCredentials":["A","B"],"acceptUndeclaredRelationships":true)").value();
  EXPECT_EQ(demanding.required_credentials, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(relationships_of(demanding), protocol::did::RelationshipPolicy::tolerant);
  EXPECT_EQ(json::decode<Profile>(json::encode(demanding)).value(), demanding);
  for (const char* types : {R"([""])", R"(["A B"])", R"(["vc.type:A:read"])", R"(["https#A"])", R"(["*"])",
                            R"(["1","2","3","4","5","6","7","8","9","a","b","c","d","e","f","g","h"])"}) {
    const auto refused = decoded(std::string(R"(,"requiredCredentials":)") + types);
    ASSERT_FALSE(refused) << types;
    EXPECT_EQ(refused.error().pointer, "/requiredCredentials") << types;
  }
}

TEST_F(DataspacesTest, what_was_kept_is_read_again_after_a_change) {
  declare(profile_named("catena"));
  ASSERT_TRUE(associate({"catena"}));
  ASSERT_TRUE(loop.run(dataspaces.named(acme, "catena"))->trusted_issuers.empty());
  auto loaded =
      loop.run(house.engine->load<DataspaceProfileDocument>(installation_context(), EntityId("catena")));
  loaded->entity.trusted_issuers.push_back({Did("did:web:issuer"), {"*"}});
  Command command{installation_context(), EntityId("catena"), "operator"};
  ASSERT_TRUE(
      loop.run(house.engine->put<DataspaceProfileDocument>(command, loaded->entity, loaded->version)));
  EXPECT_EQ(loop.run(dataspaces.named(acme, "catena"))->trusted_issuers.size(), 1u);
  ASSERT_TRUE(associate({std::string(default_profile)}));
  EXPECT_FALSE(loop.run(dataspaces.named(acme, "catena")));
}

TEST_F(DataspacesTest, a_scope_counts_in_its_own_profile_or_in_all) {
  EXPECT_TRUE(asked_in("catena").empty());
  ask_for("everywhere", "MembershipCredential", "*");
  ask_for("here", "QualityCredential", "catena");
  EXPECT_EQ(asked_in("catena"), (std::vector<std::string>{"MembershipCredential", "QualityCredential"}));
  EXPECT_EQ(asked_in("another"), (std::vector<std::string>{"MembershipCredential"}));
}

TEST_F(DataspacesTest, a_counter_party_is_found_by_the_profiles_that_both_have) {
  globex.offer("DataService", "/dsp");
  server.answer(globex.path("/dsp/.well-known/dspace-version"), versions);
  declare(profile_named("catena"));
  ASSERT_TRUE(associate({std::string(default_profile), "catena"}));
  for (const auto& request :
       {Discovery::Request{.counter_party_id = globex.did(), .counter_party_address = {}},
        Discovery::Request{.counter_party_id = {}, .counter_party_address = globex.url("/dsp")},
        Discovery::Request{.counter_party_id = Did("did:web:overruled"),
                           .counter_party_address = globex.url("/dsp/.well-known/dspace-version")}}) {
    const auto found = find(request);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->size(), 1u) << "the second profile is not the one that the entry names";
    EXPECT_EQ(found->front().profile, default_profile);
    EXPECT_EQ(found->front().endpoint + found->front().path, globex.url("/dsp/http-dsp-profile-2025-1"));
  }
}

TEST_F(DataspacesTest, an_address_that_does_not_answer_is_a_wrong_request) {
  server.answer("/broken/.well-known/dspace-version", "[]");
  for (const auto& address : {server.url("/nothing"), server.url("/broken"),
                              std::string("http://10.0.0.1/dsp"), std::string("no address")}) {
    const auto refused = find({.counter_party_id = {}, .counter_party_address = address});
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input) << address;
    EXPECT_EQ(refused.error().pointer, "/counterPartyAddress") << address;
  }
}

TEST_F(DataspacesTest, a_did_without_data_service_is_not_found) {
  const auto refused = find({.counter_party_id = globex.did(), .counter_party_address = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_EQ(
      find({.counter_party_id = Did("did:web:127.0.0.1%3A1:x"), .counter_party_address = {}}).error().code,
      ErrorCode::invalid_input);
}

}  // namespace kontor::runtime::dataspace
