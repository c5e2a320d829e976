#include "platform/did/web_resolver.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "testing/loopback/loopback_server.hpp"

namespace kontor::platform::did {
namespace {

using namespace std::chrono_literals;
using kontor::testing::LoopbackServer;
using kontor::testing::run_together;
using kontor::testing::VirtualLoop;

class WebResolverTest : public ::testing::Test {
 protected:
  WebResolverTest()
      : client(http::make_client(scope, loop.clock(), {.allowed_networks = {"127.0.0.0/8"}}).value()) {
    resolver = std::make_unique<WebResolver>(
        scope, loop.clock(), *client, WebResolverConfig{.plain_http_authorities = {server.authority()}});
    publish(acme);
  }
  ~WebResolverTest() override { loop.run(scope.close()); }

  Did did_of(std::string_view name) {
    auto authority = server.authority();
    authority.replace(authority.find(':'), 1, "%3A");
    return Did("did:web:" + authority + ":" + std::string(name));
  }
  /// A document that says it is this one's, served as acme's.
  void publish(const Did& id) {
    server.answer("/acme/did.json",
                  R"({"@context":["https://www.w3.org/ns/did/v1"],"id":")" + id.str() + "\"}");
  }
  Task<Result<Document>> ask(Did did, Freshness freshness = Freshness::cached) {
    return resolver->resolve(std::move(did), freshness, async::Deadline::after(loop.clock(), 10s));
  }
  Result<Document> resolve(Freshness freshness = Freshness::cached) { return loop.run(ask(acme, freshness)); }
  ErrorCode failure(Did did) {
    auto resolved = loop.run(ask(std::move(did)));
    return resolved ? ErrorCode::internal : resolved.error().code;
  }
  std::size_t asked() const { return server.asked("/acme/did.json"); }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  async::Scope scope{loop.executor()};
  LoopbackServer server{loop};
  Did acme = did_of("acme");
  std::unique_ptr<http::Client> client;
  std::unique_ptr<WebResolver> resolver;
};

}  // namespace

TEST_F(WebResolverTest, a_document_is_kept_for_its_time_and_fetched_once_for_all_who_wait) {
  std::vector<Task<Result<Document>>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(ask(acme));
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_TRUE(each);
  EXPECT_EQ(asked(), 1u);
  loop.clock().advance(5min - 1s);
  EXPECT_TRUE(resolve());
  EXPECT_EQ(asked(), 1u);
  loop.clock().advance(2s);
  EXPECT_TRUE(resolve());
  EXPECT_EQ(asked(), 2u);
}

TEST_F(WebResolverTest, a_refresh_asks_anew_once_a_pause) {
  ASSERT_TRUE(resolve());
  loop.clock().advance(2s);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(resolve(Freshness::refreshed));
  EXPECT_EQ(asked(), 2u);
}

TEST_F(WebResolverTest, a_document_that_cannot_be_had_anew_is_not_believed_beyond_its_time) {
  ASSERT_TRUE(resolve());
  server.answer("/acme/did.json", "", 503);
  loop.clock().advance(5min + 1s);
  EXPECT_EQ(failure(acme), ErrorCode::peer_unavailable);
}

TEST_F(WebResolverTest, a_failure_is_shared_and_forgotten_soon) {
  server.answer("/acme/did.json", "", 404);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(failure(acme), ErrorCode::peer_refused);
  EXPECT_EQ(asked(), 1u);
  publish(acme);
  loop.clock().advance(3s);
  EXPECT_TRUE(resolve());
}

TEST_F(WebResolverTest, a_document_of_another_did_is_refused) {
  publish(did_of("globex"));
  EXPECT_EQ(failure(acme), ErrorCode::invalid_input);
}

TEST_F(WebResolverTest, a_redirect_is_not_followed_and_a_flood_not_read) {
  server.answer("/acme/did.json", [this](const http::Request&) {
    http::Response response{302, {}, {}};
    response.headers.set("Location", server.url("/elsewhere"));
    return response;
  });
  EXPECT_EQ(failure(acme), ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
  loop.clock().advance(3s);
  server.answer("/acme/did.json", std::string(256 * 1024 + 1, ' '));
  EXPECT_EQ(failure(acme), ErrorCode::too_large);
}

TEST_F(WebResolverTest, a_did_does_not_lead_into_our_own_network) {
  WebResolver strict(scope, loop.clock(), *client,
                     {.plain_http_authorities = {"10.0.0.1", "169.254.169.254", "192.168.1.1:8080"}});
  for (const auto* did :
       {"did:web:10.0.0.1:acme", "did:web:169.254.169.254:latest", "did:web:192.168.1.1%3A8080"}) {
    auto resolved =
        loop.run(strict.resolve(Did(did), Freshness::cached, async::Deadline::after(loop.clock(), 10s)));
    ASSERT_FALSE(resolved) << did;
    EXPECT_EQ(resolved.error().code, ErrorCode::address_refused) << did;
  }
}

TEST_F(WebResolverTest, what_is_no_did_of_a_known_method_is_refused_unasked) {
  for (const auto* did :
       {"", "did:web:", "did:example:1", "acme", "did:web:a.example:..:b", "did:web:user@a.example"}) {
    EXPECT_EQ(failure(Did(did)), ErrorCode::malformed) << did;
  }
}

TEST_F(WebResolverTest, an_authority_is_asked_without_tls_when_it_is_configured_alone) {
  WebResolver secure(scope, loop.clock(), *client, {});
  EXPECT_FALSE(loop.run(secure.resolve(acme, Freshness::cached, async::Deadline::after(loop.clock(), 10s))));
  EXPECT_EQ(asked(), 0u);
}

TEST_F(WebResolverTest, what_is_kept_is_bounded) {
  WebResolver small(scope, loop.clock(), *client,
                    {.plain_http_authorities = {server.authority()}, .documents_max = 1, .unknown_max = 1});
  server.answer("/globex/did.json",
                R"({"@context":["https://www.w3.org/ns/did/v1"],"id":")" + did_of("globex").str() + "\"}");
  for (const auto* name : {"acme", "globex", "acme", "nobody", "no-other", "nobody"}) {
    loop.run(small.resolve(did_of(name), Freshness::cached, async::Deadline::after(loop.clock(), 10s)));
  }
  EXPECT_EQ(asked(), 2u);
  EXPECT_EQ(server.asked("/nobody/did.json"), 2u);
}

TEST_F(WebResolverTest, strangers_push_out_nobody_who_is_known) {
  WebResolver small(scope, loop.clock(), *client,
                    {.plain_http_authorities = {server.authority()}, .documents_max = 1, .unknown_max = 10});
  const auto look_for = [&](std::string_view name) {
    return loop.run(
        small.resolve(did_of(name), Freshness::cached, async::Deadline::after(loop.clock(), 10s)));
  };
  EXPECT_TRUE(look_for("acme"));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(look_for("stranger-" + std::to_string(i)));
  EXPECT_TRUE(look_for("acme"));
  EXPECT_EQ(asked(), 1u);
}

TEST_F(WebResolverTest, documents_that_are_large_take_no_more_than_their_bytes) {
  WebResolver small(scope, loop.clock(), *client,
                    {.plain_http_authorities = {server.authority()}, .documents_bytes_max = 20'000});
  const auto look_for = [&](const Did& did) {
    return loop.run(small.resolve(did, Freshness::cached, async::Deadline::after(loop.clock(), 10s)));
  };
  const auto large = [&](std::string_view name, std::size_t bytes) {
    const auto did = did_of(name);
    server.answer("/" + std::string(name) + "/did.json",
                  R"({"@context":["https://www.w3.org/ns/did/v1"],"id":")" + did.str() + R"(","padding":")" +
                      std::string(bytes, 'x') + "\"}");
    return did;
  };
  EXPECT_TRUE(look_for(acme));
  const auto one = large("one", 8'000);
  EXPECT_TRUE(look_for(one));
  EXPECT_TRUE(look_for(one));
  EXPECT_EQ(server.asked("/one/did.json"), 1u);
  EXPECT_TRUE(look_for(acme));
  EXPECT_TRUE(look_for(large("two", 8'000)));
  EXPECT_TRUE(look_for(large("three", 8'000)));
  EXPECT_TRUE(look_for(one));
  EXPECT_EQ(server.asked("/one/did.json"), 2u) << "it had to go";
  const auto beyond = large("beyond", 30'000);
  EXPECT_TRUE(look_for(beyond));
  EXPECT_TRUE(look_for(beyond)) << "it is no less good";
  EXPECT_EQ(server.asked("/beyond/did.json"), 2u);
}

TEST_F(WebResolverTest,
       strangers_whose_documents_do_not_come_hold_up_neither_who_is_known_nor_other_strangers) {
  LoopbackServer elsewhere(loop);
  WebResolver small(scope, loop.clock(), *client,
                    {.plain_http_authorities = {server.authority(), elsewhere.authority()},
                     .first_fetches_max = 6,
                     .first_fetches_per_authority_max = 4});
  const auto look_for = [&](Did did) {
    return small.resolve(std::move(did), Freshness::cached, async::Deadline::after(loop.clock(), 10s));
  };
  const auto did_elsewhere = [&](std::string_view name) {
    auto authority = elsewhere.authority();
    authority.replace(authority.find(':'), 1, "%3A");
    return Did("did:web:" + authority + ":" + std::string(name));
  };
  EXPECT_TRUE(loop.run(look_for(acme)));
  loop.clock().advance(6min);
  async::Scope callers(loop.executor());
  std::vector<std::optional<Result<Document>>> outcomes(100);
  for (int i = 0; i < 100; ++i) {
    elsewhere.keep_silent("/stranger-" + std::to_string(i) + "/did.json");
    callers.spawn(kontor::testing::detail::keep_at(look_for(did_elsewhere("stranger-" + std::to_string(i))),
                                                   outcomes[static_cast<std::size_t>(i)]));
  }
  for (int turns = 0; turns < 200; ++turns) loop.run(loop.turn());
  const auto refused = std::ranges::count_if(outcomes, [](const auto& each) {
    return each && !*each && each->error().code == ErrorCode::unavailable;
  });
  EXPECT_EQ(refused, 96) << "four are on their way";
  EXPECT_TRUE(loop.run(look_for(acme))) << "who was known is found anew";
  EXPECT_EQ(asked(), 2u);
  const auto other = loop.run(look_for(did_of("another-stranger")));
  EXPECT_EQ(other.error().code, ErrorCode::peer_refused) << "it was asked for, and there is no document";
  loop.run(callers.close());
  elsewhere.answer("/stranger-50/did.json", R"({"@context":["https://www.w3.org/ns/did/v1"],"id":")" +
                                                did_elsewhere("stranger-50").str() + "\"}");
  EXPECT_TRUE(loop.run(look_for(did_elsewhere("stranger-50")))) << "as soon as there is room";
}

TEST_F(WebResolverTest, who_waits_behind_a_slow_answer_for_a_document_keeps_its_own_deadline) {
  server.keep_silent("/acme/did.json");
  std::optional<Result<Document>> slow;
  std::optional<Result<Document>> waiting;
  async::Scope callers(loop.executor());
  callers.spawn(kontor::testing::detail::keep_at(ask(acme), slow));
  while (asked() == 0) loop.run(loop.turn());
  const auto soon = async::Deadline::after(loop.clock(), 1s);
  callers.spawn(kontor::testing::detail::keep_at(resolver->resolve(acme, Freshness::cached, soon), waiting));
  loop.run(loop.turn());
  loop.clock().advance(2s);
  while (!waiting) loop.run(loop.turn());
  EXPECT_EQ(waiting->error().code, ErrorCode::timeout);
  EXPECT_FALSE(slow);
  loop.run(callers.close());
}

}  // namespace kontor::platform::did
