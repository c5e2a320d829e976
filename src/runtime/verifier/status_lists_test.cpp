#include "runtime/verifier/status_lists.hpp"

#include "testing/house/world.hpp"

namespace kontor::runtime::verifier::testing {
namespace {

namespace http = platform::http;
namespace vc = protocol::vc;
using namespace kontor::testing;
using namespace std::chrono_literals;
using List = std::shared_ptr<const vc::StatusList>;

class StatusListsTest : public World {
 protected:
  StatusListsTest() { publish({}); }

  void publish(const std::vector<std::uint64_t>& set, std::string cache_control = "") {
    url = issuer.publish_status_list("/status", set, now());
    if (cache_control.empty()) return;
    auto plain = loop.run(house.client->send({"GET", url, {}, {}}, {.deadline = house.soon()})).value();
    plain.headers.set("Cache-Control", std::move(cache_control));
    server.answer(issuer.path("/status"), [plain](const http::Request&) { return plain; });
  }
  Task<Result<List>> ask() { return house.status_lists->list(url, house.soon()); }
  Result<List> list() { return loop.run(ask()); }
  bool revoked(std::uint64_t index) {
    const auto found = list();
    return !found || (*found)->bits.test(index).value();
  }
  std::size_t asked() const { return server.asked(issuer.path("/status")); }

  std::string url;
};

}  // namespace

TEST_F(StatusListsTest, a_list_is_fetched_once_for_all_who_wait) {
  std::vector<Task<Result<List>>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(ask());
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_TRUE(each);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(StatusListsTest, a_revocation_is_seen_within_the_age_of_lists) {
  EXPECT_FALSE(revoked(7));
  publish({7});
  loop.clock().advance(59s);
  EXPECT_FALSE(revoked(7));
  loop.clock().advance(2s);
  EXPECT_TRUE(revoked(7));
  EXPECT_EQ(asked(), 2u);
}

TEST_F(StatusListsTest, a_list_that_cannot_be_had_anew_is_not_served_beyond_its_age) {
  ASSERT_TRUE(list());
  server.answer(issuer.path("/status"), "", 503);
  loop.clock().advance(59s);
  EXPECT_TRUE(list());
  loop.clock().advance(2s);
  EXPECT_EQ(error_code_of(list()), ErrorCode::peer_unavailable);
}

TEST_F(StatusListsTest, a_list_that_fails_is_not_asked_for_by_everybody) {
  server.answer(issuer.path("/status"), "", 503);
  std::vector<Task<Result<List>>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(ask());
  for (const auto& each : run_together(loop, std::move(callers)))
    EXPECT_EQ(error_code_of(each), ErrorCode::peer_unavailable);
  EXPECT_EQ(asked(), 1u);
  publish({});
  loop.clock().advance(3s);
  EXPECT_TRUE(list());
}

TEST_F(StatusListsTest, an_answer_that_was_lost_on_the_way_costs_the_next_nothing) {
  server.keep_silent(issuer.path("/status"));
  std::optional<Result<List>> first;
  std::optional<Result<List>> second;
  platform::async::Scope callers(loop.executor());
  callers.spawn(kontor::testing::detail::keep_at(ask(), first));
  while (asked() == 0) loop.run(loop.turn());
  callers.spawn(kontor::testing::detail::keep_at(ask(), second));
  publish({});
  loop.clock().advance(5s);
  loop.run(callers.drain());
  EXPECT_EQ(error_code_of(*first), ErrorCode::timeout);
  EXPECT_TRUE(*second);
}

TEST_F(StatusListsTest, a_list_is_believed_by_its_issuers_signature_alone) {
  issuer.key = peer.key;
  publish({});
  EXPECT_EQ(error_code_of(list()), ErrorCode::unauthenticated);
  loop.clock().advance(3s);
  server.answer(issuer.path("/status"), R"({"credentialSubject":{"encodedList":"u"}})");
  EXPECT_FALSE(list()) << "a list without signature";
}

TEST_F(StatusListsTest, a_list_that_is_out_of_date_is_not_believed) {
  publish({});
  loop.clock().advance(25h);
  EXPECT_FALSE(list());
}

TEST_F(StatusListsTest, a_list_is_kept_no_longer_than_it_says_itself) {
  vc::StatusList short_lived{.url = url,
                             .issuer = issuer.did(),
                             .purposes = {"revocation"},
                             .valid_from = now(),
                             .valid_until = now() + 10s};
  const auto credential = vc::status_list_credential(short_lived, vc::Format::vc1_0_jwt);
  server.answer(issuer.path("/status"), issuer.issue(credential, now()));
  ASSERT_TRUE(list());
  publish({7});
  loop.clock().advance(11s);
  EXPECT_TRUE(revoked(7));
}

TEST_F(StatusListsTest, a_list_is_kept_no_longer_than_its_answer_says) {
  publish({}, "max-age=10");
  ASSERT_TRUE(list());
  publish({7}, "max-age=3600");
  loop.clock().advance(9s);
  EXPECT_FALSE(revoked(7));
  loop.clock().advance(1s);
  EXPECT_TRUE(revoked(7));
  publish({});
  loop.clock().advance(61s);
  EXPECT_FALSE(revoked(7)) << "and no longer than ours, whatever it says";
}

TEST_F(StatusListsTest, a_list_that_is_not_to_be_kept_serves_all_who_ask_meanwhile) {
  publish({}, "no-store");
  const auto before = asked();
  ASSERT_TRUE(list());
  ASSERT_TRUE(list());
  EXPECT_EQ(asked(), before + 2);
  std::vector<Task<Result<List>>> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(ask());
  for (const auto& each : run_together(loop, std::move(callers))) EXPECT_TRUE(each);
  EXPECT_LE(asked(), before + 4) << "the first one's, and one for all who came after it had begun";
}

TEST_F(StatusListsTest, a_list_that_says_something_else_than_before_has_changed) {
  const auto& lists = *house.status_lists;
  ASSERT_TRUE(list());
  EXPECT_EQ(lists.changed(url), 0u) << "it is seen for the first time";
  loop.clock().advance(61s);
  publish({});
  ASSERT_TRUE(list());
  EXPECT_EQ(lists.changes(), 0u) << "it was signed anew and says the same";
  publish({7});
  EXPECT_EQ(lists.changed(url), 0u) << "nobody has looked";
  loop.clock().advance(61s);
  ASSERT_TRUE(list());
  EXPECT_EQ(lists.changed(url), 1u);
  EXPECT_EQ(lists.changes(), 1u);
  loop.clock().advance(61s);
  ASSERT_TRUE(list());
  EXPECT_EQ(lists.changed(url), 1u) << "it still says what it said then";
}

TEST_F(StatusListsTest, what_is_too_large_elsewhere_or_nothing_at_all_is_no_list) {
  server.answer(issuer.path("/status"), std::string(1024 * 1024 + 1, 'x'));
  EXPECT_EQ(error_code_of(list()), ErrorCode::too_large);
  loop.clock().advance(3s);
  redirect(server, issuer.path("/status"));
  EXPECT_EQ(error_code_of(list()), ErrorCode::peer_refused);
  EXPECT_EQ(server.asked("/elsewhere"), 0u);
  url = server.url("/nowhere");
  EXPECT_EQ(error_code_of(list()), ErrorCode::peer_refused);
}

TEST_F(StatusListsTest, an_address_inside_our_own_network_is_not_reached) {
  for (const auto* address :
       {"http://10.0.0.1/status", "http://169.254.169.254/latest", "http://[::1]/status"}) {
    url = address;
    EXPECT_EQ(error_code_of(list()), ErrorCode::address_refused) << address;
  }
}

}  // namespace kontor::runtime::verifier::testing
