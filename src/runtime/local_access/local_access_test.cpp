#include "runtime/local_access/local_access.hpp"

#include "platform/async/signal.hpp"
#include "runtime/local_access/assembly.hpp"
#include "runtime/transfer_process/consumer_for_test.hpp"
#include "testing/house/house.hpp"
#include "testing/party/party.hpp"

namespace kontor::runtime::local_access {
namespace {

using namespace std::chrono_literals;
using platform::auth::Caller;
namespace http = platform::http;
namespace negotiation = domain::contract_negotiation;
namespace transfer = domain::transfer_process;
namespace dsp = protocol::dsp;

/// Tokens of two applications of Acme's and some that are not good for its data; `revoked` is one no more.
Task<Result<Caller>> caller_of(std::string authorization, std::string revoked) {
  if (authorization == "Bearer " + revoked) co_return fail(ErrorCode::unauthenticated, "it was revoked");
  if (authorization == "Bearer of-acme" || authorization == "Bearer of-acme-too")
    co_return Caller{authorization, {}, ContextId("acme"), {"management-api:transfers:read"}};
  if (authorization == "Bearer of-globex")
    co_return Caller{"globex", {}, ContextId("globex"), {"management-api:admin"}};
  if (authorization == "Bearer without-scope")
    co_return Caller{"application", {}, ContextId("acme"), {"management-api:catalog:read"}};
  if (authorization == "Bearer of-nobody") co_return Caller{"nobody", {}, {}, {"management-api:admin"}};
  co_return fail(ErrorCode::unauthenticated, "no token");
}

/// What a provider says, piece by piece; it never ends.
struct Events {
  explicit Events(kontor::testing::EventLoop& loop) : more(loop.executor(), loop.clock()) {}
  void say() {
    ++said;
    more.notify();
  }
  platform::async::Signal more;
  std::size_t said = 0;
};

class EventsBody : public http::BodyStream {
 public:
  explicit EventsBody(Events& events) : events_(events) {}

  Task<Result<std::string>> read() override {
    for (auto ticket = events_.more.ticket(); told_ == events_.said; ticket = events_.more.ticket()) {
      const bool more = co_await events_.more.wait(ticket, platform::async::Deadline::never());
      if (!more) co_return fail(ErrorCode::cancelled, "nobody listens any more");
    }
    co_return "data: " + std::to_string(++told_) + "\n\n";
  }

 private:
  Events& events_;
  std::size_t told_ = 0;
};

/// Acme fetches at its local address what Globex serves.
class LocalAccessTest : public transfer_process::testing::ConsumerTest {
 protected:
  LocalAccessTest() {
    server.answer("/data", "all of it");
    server.answer("/data/part", "a part of it");
    server.answer("/data/events", [this](const http::Request&) {
      return http::Response{200, {}, {.text = {}, .stream = std::make_shared<EventsBody>(events)}};
    });
    keep_agreement();
    EXPECT_TRUE(listener.listen(0));
    // The transfer's own message is out before time moves.
    EXPECT_TRUE(loop.eventually([&] { return server.asked("/dsp/transfers/request") == 1; }));
    for (int i = 0; i < 2; ++i) EXPECT_EQ(ask("/nothing").status, 404u);
  }
  ~LocalAccessTest() override {
    loop.run(listener.drain(platform::async::Deadline::after(loop.clock(), 1s)));
  }

  void keep_agreement(std::optional<negotiation::AgreementEnd> end = {}) {
    negotiation::ContractAgreement agreement;
    agreement.id = EntityId("contract");
    agreement.agreement_id = dsp::AgreementId("agreement");
    agreement.negotiation = dsp::Pid("contract");
    agreement.provider = globex.did();
    agreement.consumer = acme_did;
    agreement.dataset = dsp::DatasetId("asset");
    agreement.end = std::move(end);
    const entity::Version version = agreement.end ? 1 : 0;
    EXPECT_TRUE(loop.run(house.engine->put<negotiation::ContractAgreementDocument>(
        {acme, agreement.id, "test"}, agreement, version)));
  }

  Result<http::Response> send(const std::string& path, const std::string& token, http::Request request,
                              bool as_stream = false) {
    request.target = "http://127.0.0.1:" + std::to_string(listener.port()) + path;
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    return loop.run(house.client->send(std::move(request), {.deadline = house.soon(),
                                                            .trust = http::Trust::configured,
                                                            .body_bytes_max = 16 * 1024 * 1024,
                                                            .stream_response = as_stream}));
  }
  http::Response ask(const std::string& path, const std::string& token = "of-acme",
                     http::Request request = {}) {
    auto answer = send(path, token, std::move(request));
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
    return answer ? std::move(*answer) : http::Response{};
  }
  /// Status and text of what is answered at Acme's address.
  std::string told() {
    const auto answer = ask("/agreements/contract");
    return std::to_string(answer.status) + " " + answer.body.text;
  }

  Events events{loop};
  std::string revoked = "nothing";
  LocalListener listener{
      {house.scope, loop.clock(), loop.random()},
      {house.scope, *house.engine, transfers, *house.client,
       [this](std::string authorization) { return caller_of(std::move(authorization), revoked); }},
      {.answers_max = 2}};
};

}  // namespace

TEST_F(LocalAccessTest, data_of_an_agreement_is_had_at_one_address) {
  const auto answer = ask("/agreements/contract");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body.text, "all of it");
  EXPECT_EQ(server.last("/data").headers.get("Authorization"), "Bearer token-1");
  http::Request ranged;
  ranged.headers.set("Range", "bytes=0-3");
  ranged.headers.set("Cookie", "of-the-application");
  EXPECT_EQ(ask("/agreements/contract/part?x=1", "of-acme", std::move(ranged)).body.text, "a part of it");
  const auto& passed = server.last("/data/part");
  EXPECT_TRUE(passed.target.ends_with("/data/part?x=1")) << passed.target;
  EXPECT_EQ(passed.headers.get("Range"), "bytes=0-3");
  EXPECT_FALSE(passed.headers.get("Cookie"));
}

TEST_F(LocalAccessTest, a_method_and_its_body_are_passed_on) {
  http::Request question{"POST"};
  question.headers.set("Content-Type", "application/sparql-query");
  question.body.text = "SELECT everything";
  EXPECT_EQ(ask("/agreements/contract", "of-acme", std::move(question)).status, 200u);
  const auto& passed = server.last("/data");
  EXPECT_EQ(passed.method, "POST");
  EXPECT_EQ(passed.body.text, "SELECT everything");
  EXPECT_EQ(passed.headers.get("Content-Type"), "application/sparql-query");
  http::Request flood{"POST"};
  flood.body.text = std::string(2 * 1024 * 1024, 'x');
  const auto refused = send("/agreements/contract", "of-acme", std::move(flood));
  EXPECT_TRUE(!refused || refused->status == 413u);
  EXPECT_EQ(server.asked("/data"), 1u);
}

TEST_F(LocalAccessTest, a_body_passes_as_it_comes_whatever_its_size) {
  const std::string large(8 * 1024 * 1024, 'x');  // more than anybody here collects
  server.answer("/data", large);
  EXPECT_EQ(ask("/agreements/contract").body.text.size(), large.size());
}

TEST_F(LocalAccessTest, a_token_of_the_provider_that_expires_is_renewed_and_shown_to_nobody) {
  renews(2);
  loop.clock().advance(571s);
  const auto answer = ask("/agreements/contract");
  EXPECT_EQ(answer.body.text, "all of it");
  EXPECT_EQ(server.last("/data").headers.get("Authorization"), "Bearer token-2");
  for (const auto& [name, value] : answer.headers.fields()) EXPECT_FALSE(value.contains("token-")) << name;
}

TEST_F(LocalAccessTest, nobody_is_served_without_a_token_of_the_participant) {
  const std::pair<const char*, unsigned> refusals[] = {
      {"", 401u}, {"nonsense", 401u}, {"of-globex", 404u}, {"without-scope", 403u}, {"of-nobody", 403u}};
  for (const auto& [token, status] : refusals)
    EXPECT_EQ(ask("/agreements/contract", token).status, status) << token;
  EXPECT_EQ(ask("/agreements/another").status, 404u);
  EXPECT_EQ(server.asked("/data"), 0u);
}

TEST_F(LocalAccessTest, each_application_has_a_token_of_its_own_that_can_be_taken_away) {
  EXPECT_EQ(ask("/agreements/contract", "of-acme").status, 200u);
  EXPECT_EQ(ask("/agreements/contract", "of-acme-too").status, 200u);
  revoked = "of-acme";
  EXPECT_EQ(ask("/agreements/contract", "of-acme").status, 401u);
  EXPECT_EQ(ask("/agreements/contract", "of-acme-too").status, 200u);
}

TEST_F(LocalAccessTest, what_does_not_run_is_told_with_what_helps) {
  EXPECT_TRUE(apply(transfer::SuspensionReceived{.envelope = said_by_globex("m1"), .reason = {}}));
  EXPECT_TRUE(told().contains("/resume")) << told();
  EXPECT_TRUE(
      apply(transfer::TerminationReceived{said_by_globex("m2"), dsp::Reason::of("no longer needed")}));
  EXPECT_TRUE(told().starts_with("409 ")) << told();
  EXPECT_TRUE(told().contains("no longer needed") && told().contains("begins another")) << told();
  keep_agreement(negotiation::AgreementEnd{loop.clock().now(), negotiation::EndedBy::peer, "sold"});
  EXPECT_TRUE(told().starts_with("410 ") && told().contains("sold")) << told();
  EXPECT_EQ(server.asked("/data"), 0u);
}

TEST_F(LocalAccessTest, an_answer_under_way_ends_with_its_transfer) {
  auto streamed = send("/agreements/contract/events", "of-acme", {}, true);
  ASSERT_TRUE(streamed) << streamed.error().message();
  events.say();
  EXPECT_EQ(loop.run(streamed->body.stream->read()).value(), "data: 1\n\n");
  EXPECT_TRUE(apply(transfer::SuspensionReceived{.envelope = said_by_globex("m1"), .reason = {}}));
  // Nothing more is said: the provider would keep its reader waiting for ever.
  EXPECT_FALSE(loop.run(streamed->body.stream->read())) << "cut off, not ended";
}

TEST_F(LocalAccessTest, a_renewal_ends_no_answer_that_is_under_way) {
  const auto answers = OpenAnswers::make({house.scope, *house.engine}, 1);
  const auto answer = answers->begin(acme, entity_id(pid)).value();
  renews(2);
  loop.clock().advance(571s);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(ask("/agreements/contract").status, 200u);
  EXPECT_FALSE(answer->over.interrupted());
  EXPECT_TRUE(apply(transfer::SuspensionReceived{.envelope = said_by_globex("m1"), .reason = {}}));
  EXPECT_TRUE(loop.eventually([&] { return answer->over.interrupted(); }));
}

TEST_F(LocalAccessTest, answers_under_way_are_bounded) {
  const auto first = send("/agreements/contract/events", "of-acme", {}, true);
  EXPECT_EQ(ask("/agreements/contract").status, 200u) << "one that has ended makes room";
  const auto second = send("/agreements/contract/events", "of-acme", {}, true);
  EXPECT_EQ(ask("/agreements/contract").status, 429u);
  EXPECT_TRUE(apply(transfer::SuspensionReceived{.envelope = said_by_globex("m1"), .reason = {}}));
  EXPECT_FALSE(loop.run(first->body.stream->read()));
  EXPECT_FALSE(loop.run(second->body.stream->read()));
}

TEST_F(LocalAccessTest, what_the_provider_refuses_is_no_refusal_of_the_application) {
  server.answer("/data", "{}", 403);
  EXPECT_EQ(ask("/agreements/contract").status, 502u);
  server.answer("/data", "{}", 302);
  EXPECT_EQ(ask("/agreements/contract").status, 502u);
  server.answer("/data", "gone", 404);
  EXPECT_EQ(told(), "404 gone");
  server.answer("/data", "too busy", 503);
  EXPECT_EQ(told(), "503 too busy");
}

TEST(LocalAccessPaths, no_path_leads_out_of_the_data) {
  EXPECT_EQ(provider_url("https://them.example/d?k=1", "/agreements/a/x/y?z=2").value(),
            "https://them.example/d/x/y?k=1&z=2");
  EXPECT_EQ(provider_url("https://them.example/d/", "/agreements/a").value(), "https://them.example/d/");
  for (const auto* path :
       {"/agreements/a/..", "/agreements/a/../b", "/agreements/a/%2e%2e/b", "/agreements/a/x%2fy",
        "/agreements/a/.;x/b", "/agreements/a/%252e%252e", "/agreements/a/x\\y", "/agreements/a/%00"}) {
    EXPECT_FALSE(provider_url("https://them.example/d", path)) << path;
  }
}

}  // namespace kontor::runtime::local_access
