#include <gtest/gtest.h>

#include "base/json/codec.hpp"
#include "protocol/api/token/messages.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/sharing_applications/assembly.hpp"
#include "runtime/sharing_applications/scopes.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::sharing_applications {
namespace {

using kontor::testing::House;
using kontor::testing::VirtualLoop;
using platform::auth::Role;
using platform::http::Response;
using protocol::api::token::SharingApplication;

constexpr const char* base = "/api/sts/v1/participants/acme/applications";
constexpr const char* reporting = R"({"name":"reporting","scopes":["management-api:catalog:read"]})";

/// The routes of applications, over HTTP.
class ApplicationsTest : public ::testing::Test {
 protected:
  ApplicationsTest() {
    bind_routes(*house.router, applications);
    house.open();
    participant_context::ParticipantContext context{
        .id = acme, .identity = Did("did:web:acme"), .properties = {}};
    EXPECT_TRUE(loop.run(contexts.create(std::move(context), "operator")));
    call_as({.subject = "acme", .role = Role::participant, .context = acme, .scopes = {}});
  }
  ~ApplicationsTest() override { house.close(); }

  static std::vector<const entity::Kind*> kinds() {
    using namespace participant_context;
    return {&ParticipantContextDocument::kind(), &ContextConfigDocument::kind(), &DataPlaneDocument::kind(),
            &ApplicationDocument::kind()};
  }
  void call_as(platform::auth::Caller caller) { house.caller = std::move(caller); }
  Response send(std::string method, const std::string& path, std::string text = "") {
    platform::http::Request request{std::move(method), house.administration_url(path)};
    request.headers.set("Authorization", "Bearer token");
    if (!text.empty()) request.headers.set("Content-Type", "application/json");
    request.body.text = std::move(text);
    return house.ask(std::move(request));
  }
  SharingApplication add(const std::string& body = reporting) {
    const auto answer = send("POST", base, body);
    EXPECT_EQ(answer.status, 201u) << answer.body.text;
    return json::decode<SharingApplication>(answer.body.text).value();
  }
  /// With that JSON as its description.
  static std::string described(const std::string& description) {
    return R"({"name":"reporting","scopes":["management-api:catalog:read"],"description":)" + description +
           "}";
  }
  static std::string place(const Response& answer) {
    EXPECT_EQ(answer.status, 400u) << answer.body.text;
    const auto errors = json::parse(answer.body.text).value();
    return std::string(json::find(errors.as_array().at(0), "path")->as_string());
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  House house{loop, {.kinds = kinds()}};
  ContextId acme{"acme"};
  participant_context::ParticipantContexts contexts{*house.engine, *house.vault};
  Applications applications{*house.engine, 0};
};

}  // namespace

TEST_F(ApplicationsTest, a_participant_registers_reads_changes_and_revokes) {
  const auto made = add();
  EXPECT_EQ(made.client_id, made.id + "@acme");
  EXPECT_EQ(made.client_secret.value_or("").size(), 64u);
  const auto path = base + ("/" + made.id);
  EXPECT_EQ(send("PUT", path, R"({"name":"sharing","scopes":["management-api:assets:write"]})").status, 200u);
  const auto read = json::decode<SharingApplication>(send("GET", path).body.text).value();
  EXPECT_EQ(read.definition.name, "sharing");
  EXPECT_EQ(read.definition.scopes, std::vector<std::string>{"management-api:assets:write"});
  EXPECT_EQ(json::decode<std::vector<SharingApplication>>(send("GET", base).body.text)->size(), 1u);
  EXPECT_EQ(send("DELETE", path).status, 204u);
  EXPECT_EQ(send("DELETE", path).status, 404u);
  EXPECT_EQ(send("GET", path).status, 404u);
  EXPECT_EQ(send("GET", base).body.text, "[]");
}

TEST_F(ApplicationsTest, a_secret_is_told_once_and_kept_as_a_hash) {
  const auto made = add();
  const auto path = base + ("/" + made.id);
  const std::string next(64, 'f');
  EXPECT_EQ(send("PUT", path + "/secret", json::encode(protocol::api::token::ClientSecret{next, 60})).status,
            204u);
  EXPECT_EQ(send("PUT", path, reporting).status, 200u);
  const auto record = loop.run(house.store->load(acme, ApplicationDocument::kind(), EntityId(made.id)));
  ASSERT_TRUE(record && *record);
  for (const auto& text : {send("GET", path).body.text, send("GET", base).body.text,
                           send("PUT", path, reporting).body.text, (*record)->body}) {
    EXPECT_FALSE(text.contains(*made.client_secret) || text.contains(next)) << text;
  }
  EXPECT_FALSE(json::decode<SharingApplication>(send("GET", path).body.text)->client_secret);
}

TEST_F(ApplicationsTest, bad_input_is_refused_with_its_place) {
  EXPECT_EQ(place(send("POST", base, R"({"scopes":["management-api:catalog:read"]})")), "/name");
  EXPECT_EQ(place(send("POST", base, R"({"name":"","scopes":["management-api:catalog:read"]})")), "/name");
  EXPECT_EQ(place(send("POST", base, R"({"name":"x"})")), "/scopes");
  EXPECT_EQ(place(send("POST", base, R"({"name":"x","scopes":[]})")), "/scopes");
  EXPECT_EQ(place(send("POST", base, R"({"name":"x","scopes":["management-api:catalog:read","x"]})")),
            "/scopes/1");
  EXPECT_EQ(place(send("POST", base,
                       R"({"name":"x","scopes":["management-api:catalog:read"],"jwks":{"keys":[]}})")),
            "/jwks");
  const auto made = add();
  const auto path = base + ("/" + made.id);
  EXPECT_EQ(place(send("PUT", path, R"({"name":"x","scopes":["management-api:admin"]})")), "/scopes/0");
  EXPECT_EQ(place(send("PUT", path + "/secret", R"({"clientSecret":"short"})")), "/clientSecret");
  EXPECT_EQ(
      place(
          send("PUT", path + "/secret",
               R"({"clientSecret":"0123456789012345678901234567890123456789","previousGoodForSeconds":-1})")),
      "/previousGoodForSeconds");
  EXPECT_EQ(json::decode<SharingApplication>(send("GET", path).body.text)->definition.scopes,
            std::vector<std::string>{"management-api:catalog:read"});
}

TEST_F(ApplicationsTest, a_description_is_shown_wherever_its_application_is_and_changed_with_the_rest_of_it) {
  const auto described_in = [](const Response& answer) {
    return json::decode<SharingApplication>(answer.body.text).value().definition.description;
  };
  const auto made = add(described("\"Monthly figures; ask Zoë\""));
  EXPECT_EQ(made.definition.description, "Monthly figures; ask Zoë");
  const auto path = base + ("/" + made.id);
  const std::string secret = json::encode(protocol::api::token::ClientSecret{std::string(64, 'f'), 0});
  EXPECT_EQ(send("PUT", path + "/secret", secret).status, 204u);
  EXPECT_EQ(described_in(send("GET", path)), "Monthly figures; ask Zoë") << "a new secret leaves it alone";
  EXPECT_EQ(described_in(send("PUT", path, described("\"Ask Yuki\""))), "Ask Yuki");
  EXPECT_EQ(described_in(send("GET", path)), "Ask Yuki");
  const auto list = json::decode<std::vector<SharingApplication>>(send("GET", base).body.text).value();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.front().definition.description, "Ask Yuki");
  EXPECT_EQ(send("PUT", path, reporting).status, 200u);
  const auto record = loop.run(house.store->load(acme, ApplicationDocument::kind(), EntityId(made.id)));
  ASSERT_TRUE(record && *record);
  for (const auto& text : {send("GET", path).body.text, send("GET", base).body.text, (*record)->body})
    EXPECT_FALSE(text.contains("description")) << text;
}

TEST_F(ApplicationsTest, a_description_is_a_text_of_1_to_256_characters) {
  const auto of = [](std::size_t characters, std::string_view each) {
    std::string text;
    for (std::size_t i = 0; i < characters; ++i) text += each;
    return described('"' + text + '"');
  };
  const auto made = add(described("\"Ask Zoë\""));
  const auto path = base + ("/" + made.id);
  const std::string refused[] = {described("\"\""),  of(257, "x"),         of(257, "€"),   described("7"),
                                 described("false"), described("[\"x\"]"), described("{}")};
  for (const auto& body : refused) {
    EXPECT_EQ(place(send("POST", base, body)), "/description") << body;
    EXPECT_EQ(place(send("PUT", path, body)), "/description") << body;
  }
  EXPECT_EQ(json::decode<SharingApplication>(send("GET", path).body.text)->definition.description, "Ask Zoë");
  EXPECT_EQ(json::decode<std::vector<SharingApplication>>(send("GET", base).body.text)->size(), 1u);
  for (const auto& body : {of(1, "x"), of(256, "x"), of(256, "€"), of(256, "🌍")}) {
    EXPECT_EQ(send("POST", base, body).status, 201u) << body;
    EXPECT_EQ(send("PUT", path, body).status, 200u) << body;
  }
}

TEST_F(ApplicationsTest, a_foreign_context_and_a_caller_without_the_scope_are_refused) {
  const auto made = add();
  const auto path = base + ("/" + made.id);
  const std::string secret = json::encode(protocol::api::token::ClientSecret{std::string(64, 'f'), 0});
  const auto expect_all_refused = [&] {
    EXPECT_EQ(send("POST", base, reporting).status, 403u);
    EXPECT_EQ(send("PUT", path, reporting).status, 403u);
    EXPECT_EQ(send("PUT", path + "/secret", secret).status, 403u);
    EXPECT_EQ(send("DELETE", path).status, 403u);
  };
  call_as({.subject = "globex", .role = Role::participant, .context = ContextId("globex"), .scopes = {}});
  expect_all_refused();
  EXPECT_EQ(send("GET", path).status, 403u);
  EXPECT_EQ(send("GET", base).status, 403u);
  call_as({.subject = "provisioner", .role = Role::provisioner, .context = {}, .scopes = {}});
  expect_all_refused();
  call_as({.subject = "acme", .role = {}, .context = acme, .scopes = {"sts-api:applications:read"}});
  expect_all_refused();
  EXPECT_EQ(send("GET", path).status, 200u);
  call_as(
      {.subject = made.client_id, .role = {}, .context = acme, .scopes = {"management-api:catalog:read"}});
  expect_all_refused();
  EXPECT_EQ(send("GET", base).status, 403u) << "an application does not look after applications";
}

TEST_F(ApplicationsTest, nobody_gives_an_application_a_scope_that_they_do_not_have) {
  call_as({.subject = "acme",
           .role = {},
           .context = acme,
           .scopes = {"sts-api:applications:write", "management-api:assets:read"}});
  EXPECT_EQ(send("POST", base, R"({"name":"x","scopes":["management-api:assets:read"]})").status, 201u);
  EXPECT_EQ(send("POST", base, R"({"name":"x","scopes":["management-api:assets:write"]})").status, 403u);
  EXPECT_EQ(send("POST", base, reporting).status, 403u);
}

TEST_F(ApplicationsTest, an_application_is_of_a_participant_that_exists_and_not_without_bound) {
  call_as({.subject = "root", .role = Role::admin, .context = {}, .scopes = {}});
  EXPECT_EQ(send("POST", "/api/sts/v1/participants/nobody/applications", reporting).status, 404u);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(send("POST", base, reporting).status, 201u);
  EXPECT_EQ(send("POST", base, reporting).status, 409u);
}

TEST(SharingScopes, only_what_shares_may_be_given) {
  for (const char* scope :
       {"management-api:assets:read", "management-api:assets:write", "management-api:catalog:read",
        "management-api:transfers:write", "identity-api:credentials:read"}) {
    EXPECT_TRUE(may_have(scope)) << scope;
  }
  for (const char* scope :
       {"", "admin", "management-api:read", "management-api:write", "management-api:admin",
        "management-api:*:read", "management-api:assets:admin", "management-api:*:admin",
        "management-api:profiles:write", "identity-api:credentials:write", "identity-api:keypairs:write",
        "issuer-admin-api:credentials:read", "sts-api:applications:write", "sts-api:admin",
        "tenant-manager-api:read", "management-api:catalog:write"}) {
    EXPECT_FALSE(may_have(scope)) << scope;
  }
}

TEST(SharingScopes, what_is_in_force_is_in_the_token_and_in_the_application) {
  EXPECT_EQ(in_force({"management-api:assets:read", "management-api:catalog:read"},
                     {"management-api:assets:write"}),
            std::set<std::string>{"management-api:assets:read"});
  EXPECT_TRUE(in_force({"management-api:assets:write"}, {"management-api:assets:read"}).empty());
  EXPECT_TRUE(in_force({}, {"management-api:assets:read"}).empty());
}

TEST(SharingClientIds, say_where_their_application_is) {
  const Place place{ContextId("did:web:a@b"), ApplicationId("01234567-89ab-4def-8123-456789abcdef")};
  EXPECT_EQ(place_of(client_id_of(place)), place);
  for (const char* other :
       {"acme", "", "@", "x@acme", "01234567-89ab-4def-8123-456789abcdef",
        "01234567-89ab-4def-8123-456789abcdef@", "01234567-89AB-4def-8123-456789abcdef@acme"}) {
    EXPECT_FALSE(place_of(other)) << other;
  }
}

}  // namespace kontor::runtime::sharing_applications
