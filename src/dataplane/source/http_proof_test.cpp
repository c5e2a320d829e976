#include "dataplane/source/test_sources.hpp"
#include "platform/http/server.hpp"
#include "testing/certificates/test_authority.hpp"

namespace kontor::dataplane::source {
namespace {

constexpr std::string_view oauth =
    R"(,"oauth2:clientId":"us&them","oauth2:clientSecretKey":"key","oauth2:scope":"read all")";

/// A source that is open for whoever shows one of its token service's tokens.
class HttpProofTest : public HttpSourceTest {
 protected:
  HttpProofTest() {
    server.answer("/token", [this](const web::Request&) {
      ++issued;
      return web::Response{.status = token_status,
                           .body = {.text = R"({"access_token":"t)" + std::to_string(issued) +
                                            R"(","expires_in":)" + std::to_string(life) + "}"}};
    });
    server.answer("/guarded", [this](const web::Request& request) {
      const bool good = request.headers.get("Authorization") == "Bearer " + accepted;
      return web::Response{.status = good ? 200u : 401u, .body = {.text = request.body.text}};
    });
    keep("acme", "key", "s3cr3t+/");
  }
  std::shared_ptr<Source> guarded(const std::string& more = {}) {
    return source_at("/guarded",
                     R"(,"oauth2:tokenUrl":")" + server.url("/token") + "\"" + std::string(oauth) + more);
  }

  TokenOrder order() const {
    return {.context = ContextId("acme"),
            .url = server.url("/token"),
            .client = "us",
            .scope = {},
            .secret = crypto::Secret(std::string_view("s"))};
  }

  int issued = 0;
  int life = 600;
  unsigned token_status = 200;
  std::string accepted = "t1";
};

using AskerTest = HttpSourceTest;

/// A source that is open for whoever shows a certificate of its authority, and says whose it saw.
class HttpCertificateTest : public HttpSourceTest {
 protected:
  HttpCertificateTest() {
    const auto pair = authority.issue("a source", "IP:127.0.0.1");
    web::ListenerConfig config;
    config.tls = {.certificate_file = folder.write("server.pem", pair.certificate).string(),
                  .private_key_file = folder.write("server.key", pair.private_key).string(),
                  .client_authority_file = authority_file};
    const auto answer = [](web::Request request) -> Task<web::Response> {
      co_return web::Response{.body = {.text = request.peer_certificate_subject.value_or("nobody")}};
    };
    listener = web::listen(scope, loop.clock(), std::move(config), answer).value();
    kinds_over_tls.add(kind_over_tls);
  }

  Result<std::string> data_of(const std::string& context, const std::string& more) {
    const auto address = json::parse(R"({"type":"HttpData","baseUrl":"https://127.0.0.1:)" +
                                     std::to_string(listener->port()) + "/data\"" + more + "}")
                             .value();
    auto read = kinds_over_tls.read(json::Node(address));
    if (!read) return fail(std::move(read.error()));
    auto source = loop.run(kinds_over_tls.open({.context = ContextId(context)}, std::move(*read)));
    if (!source) return fail(std::move(source.error()));
    auto answer = loop.run((*source)->answer({}, soon()));
    if (!answer) return fail(std::move(answer.error()));
    return loop.run(std::move(answer->body).collect(1000));
  }

  kontor::testing::TestAuthority authority;
  std::string authority_file = folder.write("ca.pem", authority.certificate()).string();
  std::unique_ptr<web::Client> client_over_tls =
      web::make_client(
          scope, loop.clock(),
          {.tls = {.certificate_authority_file = authority_file}, .allowed_networks = {"127.0.0.0/8"}})
          .value();
  HttpSourceKind kind_over_tls{{scope, loop.clock(), *client_over_tls, secret_client, *vault}, {}};
  SourceKinds kinds_over_tls;
  std::unique_ptr<web::Listener> listener;
};

}  // namespace

TEST_F(HttpProofTest, a_secret_of_the_owner_is_the_value_of_a_header) {
  const auto source = source_at("/data", R"(,"authKey":"X-Api-Key","secretName":"key")");
  EXPECT_EQ(status_of(*source), 200u);
  EXPECT_EQ(server.last("/data").headers.get("X-Api-Key"), "s3cr3t+/");
  web::Headers asked;
  asked.set("X-Api-Key", "of the asker");
  EXPECT_EQ(status_of(*source, {.headers = asked}), 200u);
  EXPECT_EQ(server.last("/data").headers.all("X-Api-Key").size(), 1u);
}

TEST_F(HttpProofTest, a_password_and_a_token_are_the_owners_or_stand_in_the_address) {
  const std::pair<const char*, std::string> ways[] = {
      {R"(,"basic:username":"us","basic:passwordKey":"key")", "Basic dXM6czNjcjN0Ky8="},
      {R"(,"basic:username":"us","basic:password":"s3cr3t+/")", "Basic dXM6czNjcjN0Ky8="},
      {R"(,"bearer:tokenKey":"key")", "Bearer s3cr3t+/"},
      {R"(,"bearer:token":"t0ken")", "Bearer t0ken"}};
  for (const auto& [members, value] : ways) {
    EXPECT_EQ(status_of(*source_at("/data", members)), 200u) << members;
    EXPECT_EQ(server.last("/data").headers.get("Authorization"), value) << members;
  }
}

TEST_F(HttpProofTest, a_secret_of_another_context_is_none) {
  const auto address = json::parse(R"({"type":"HttpData","baseUrl":")" + server.url("/data") +
                                   R"(","authKey":"X-Api-Key","secretName":"key"})")
                           .value();
  EXPECT_TRUE(open("acme", address));
  const auto refused = open("globex", address);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  for (const auto* name : {"../acme/secret/key", "acme/key", "../key", "/acme/secret/key", "%2e%2e/acme"}) {
    auto named = address;
    named.as_object()["secretName"] = name;
    EXPECT_FALSE(open("globex", named)) << name;
  }
  EXPECT_EQ(server.asked("/data"), 0u);
}

TEST_F(HttpProofTest, what_a_process_keeps_for_itself_is_no_secret_of_its_owner) {
  ASSERT_TRUE(loop.run(vault->put_secret(ContextId("acme"), platform::vault::SecretName("data-flow/1/x"),
                                         crypto::Secret(std::string_view("ours")))));
  const auto address =
      json::parse(R"({"type":"HttpData","baseUrl":"https://a.example","bearer:tokenKey":"data-flow/1/x"})")
          .value();
  EXPECT_FALSE(open("acme", address));
}

TEST_F(HttpProofTest, a_secret_that_would_end_its_line_is_refused) {
  keep("acme", "lines", "a\r\nX-Evil: b");
  const auto address =
      json::parse(R"({"type":"HttpData","baseUrl":"https://a.example","bearer:tokenKey":"lines"})").value();
  const auto opened = open("acme", address);
  ASSERT_FALSE(opened);
  EXPECT_FALSE(opened.error().message().contains("Evil"));
}

TEST_F(HttpProofTest, a_token_is_asked_for_once_and_kept) {
  const auto source = guarded();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status_of(*source), 200u);
  EXPECT_EQ(status_of(*guarded()), 200u) << "another reader of the same source";
  EXPECT_EQ(issued, 1);
  EXPECT_EQ(server.last("/token").method, "POST");
  EXPECT_EQ(server.last("/token").headers.get("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(server.last("/token").body.text,
            "grant_type=client_credentials&client_id=us%26them&client_secret=s3cr3t%2B%2F&scope=read%20all");
}

TEST_F(HttpProofTest, all_who_wait_share_one_request_for_a_token) {
  const auto source = guarded();
  platform::async::Scope asking(loop.executor());
  int answered = 0;
  const auto ask = [](std::shared_ptr<Source> from, Deadline until, int& count) -> Task<void> {
    auto answer = co_await from->answer({}, until);
    if (answer && answer->status == 200) ++count;
  };
  for (int i = 0; i < 20; ++i) asking.spawn(ask(source, soon(), answered));
  loop.run(asking.drain());
  EXPECT_EQ(answered, 20);
  EXPECT_EQ(issued, 1);
  token_status = 400;
  keep("acme", "key", "another");
  const auto refused = guarded();
  for (int i = 0; i < 20; ++i) asking.spawn(ask(refused, soon(), answered));
  loop.run(asking.drain());
  EXPECT_EQ(answered, 20);
  EXPECT_EQ(issued, 2) << "a refusal is for all who waited";
}

TEST_F(HttpProofTest, a_token_that_the_source_refuses_is_replaced_once) {
  const auto source = guarded(R"(,"proxyMethod":"true","proxyBody":"true")");
  EXPECT_EQ(status_of(*source), 200u);
  accepted = "t2";
  EXPECT_EQ(status_of(*source, {.method = "POST", .body = {.text = "a question"}}), 200u);
  EXPECT_EQ(server.last("/guarded").body.text, "a question");
  EXPECT_EQ(issued, 2);
  accepted = "none";
  const auto asked = server.asked("/guarded");
  EXPECT_EQ(status_of(*source), 502u);
  EXPECT_EQ(server.asked("/guarded"), asked + 2);
  EXPECT_EQ(issued, 3);
}

TEST_F(HttpProofTest, a_token_that_has_expired_is_replaced_before_it_is_used) {
  life = 0;
  const auto source = guarded();
  EXPECT_EQ(status_of(*source), 200u);
  accepted = "t2";
  EXPECT_EQ(status_of(*source), 200u);
  EXPECT_EQ(server.asked("/guarded"), 2u);
}

TEST_F(HttpProofTest, another_secret_is_another_token) {
  EXPECT_EQ(status_of(*guarded()), 200u);
  keep("acme", "key", "another");
  accepted = "t2";
  EXPECT_EQ(status_of(*guarded()), 200u);
  EXPECT_EQ(issued, 2);
}

TEST_F(HttpProofTest, what_a_token_service_does_wrong_is_told_to_nobody_who_asks_for_data) {
  const auto source = guarded();
  for (const auto& [status, body] :
       {std::pair(400u, R"({"error":"invalid_client","s3cr3t":1})"), std::pair(302u, ""),
        std::pair(200u, "not JSON"), std::pair(200u, R"({"access_token":"a\r\nX: b"})"),
        std::pair(200u, R"({"access_token":"a","token_type":"mac"})")}) {
    server.answer("/token", body, status);
    const auto answer = loop.run(source->answer({}, soon()));
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().code, ErrorCode::peer_refused) << body;
    EXPECT_EQ(answer.error().message(), "the token service of the source refused this data plane") << body;
  }
  EXPECT_EQ(server.asked("/guarded"), 0u);
}

TEST_F(HttpProofTest, a_token_service_inside_is_not_reached) {
  const auto strict = web::make_client(scope, loop.clock(), {}).value();
  web::SecretClient guarded(*strict, {"127.0.0.1"});
  SourceTokens tokens(scope, loop.clock(), guarded);
  EXPECT_FALSE(loop.run(tokens.token(order(), soon())));
  EXPECT_EQ(issued, 0);
}

TEST_F(HttpProofTest, a_client_secret_does_not_go_to_a_token_service_in_the_clear) {
  web::SecretClient over_tls_alone(*client, {});
  SourceTokens tokens(scope, loop.clock(), over_tls_alone);
  EXPECT_FALSE(loop.run(tokens.token(order(), soon())));
  EXPECT_EQ(issued, 0);
  SourceTokens in_the_clear(scope, loop.clock(), secret_client);
  EXPECT_TRUE(loop.run(in_the_clear.token(order(), soon())));
  EXPECT_EQ(issued, 1);
}

TEST_F(HttpCertificateTest, a_certificate_of_the_owner_is_shown_to_the_source_and_anothers_is_none) {
  const std::string named = R"(,"tls:certificateKey":"certificate")";
  const auto acme = authority.issue("Acme", "DNS:acme.example");
  keep("acme", "certificate", acme.certificate + acme.private_key);
  EXPECT_EQ(data_of("acme", named).value(), "CN=Acme");
  const auto without = data_of("acme", "");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::peer_unavailable);
  const auto foreign = data_of("globex", named);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, ErrorCode::not_found);
  const auto globex = authority.issue("Globex", "DNS:globex.example");
  keep("globex", "certificate", globex.certificate + globex.private_key);
  EXPECT_EQ(data_of("globex", named).value(), "CN=Globex");
  EXPECT_EQ(data_of("acme", named).value(), "CN=Acme");
}

TEST_F(HttpCertificateTest, a_secret_that_is_no_certificate_is_named_and_not_repeated) {
  keep("acme", "certificate", "s3cret");
  const auto refused = data_of("acme", R"(,"tls:certificateKey":"certificate")");
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().message().contains("'certificate' holds no certificate"));
  EXPECT_FALSE(refused.error().message().contains("s3cret"));
}

TEST_F(AskerTest, a_source_is_told_who_asks_whatever_the_asker_says) {
  const auto source = source_at("/data");
  web::Headers said;
  for (const auto* name : {"X-Asker", "x-agreement", "X-Dataset", "X-Flow"}) said.set(name, "forged");
  EXPECT_EQ(status_of(*source, {.headers = said}), 200u);
  const auto& headers = server.last("/data").headers;
  EXPECT_EQ(headers.get("X-Asker"), "did:web:globex.example%3A8443");
  EXPECT_EQ(headers.get("X-Agreement"), "agreement-1");
  EXPECT_EQ(headers.get("X-Dataset"), "gr%C3%BC%C3%9Fe");
  EXPECT_EQ(headers.get("X-Flow"), "flow-1");
  EXPECT_EQ(headers.all("X-Agreement").size(), 1u);
  EXPECT_EQ(bytes_of(*source, part_of(*source), 0).value(), "0123456789");
  EXPECT_EQ(server.last("/data").headers.get("X-Agreement"), "agreement-1") << "also who sends on";
}

}  // namespace kontor::dataplane::source
