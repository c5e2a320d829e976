#include "dataplane/usage/test_process.hpp"
#include "platform/http/passing.hpp"

namespace kontor::dataplane::usage::testing {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::Le;

constexpr std::uint64_t rate = 4096;

/// The same piece again and again.
class Pieces : public web::BodyStream {
 public:
  Task<Result<std::string>> read() override { co_return std::string(3 * rate, 'x'); }
};

/// One whose octets the kernel could pass on.
class Passable : public web::PassingBody {
 public:
  Task<Result<std::string>> read() override { co_return std::string(rate, 'x'); }
  bool can_pass() const override { return true; }
  Task<Result<std::size_t>> pass(int, std::size_t bytes_max) override { co_return bytes_max; }
};

/// What somebody has read of a body so far.
struct Reading {
  std::uint64_t bytes = 0;
  std::string ended;
};

Task<void> read_on(web::Body body, std::shared_ptr<Reading> reading, std::uint64_t most) {
  while (reading->bytes < most) {
    auto piece = co_await body.stream->read();
    if (!piece) reading->ended = piece.error().message();
    if (!piece) co_return;
    reading->bytes += piece->size();
  }
}

class UsageLimitsTest : public UsageTest {
 protected:
  std::shared_ptr<Reading> read(Process& one, const flows::DataFlow& of, std::uint64_t most) {
    auto reading = std::make_shared<Reading>();
    web::Body body{.stream = std::make_shared<Pieces>()};
    one.scope.spawn(read_on(Usage::counted(one.ask(of), std::move(body)), reading, most));
    return reading;
  }
  Result<Permit> request(Process& one, const flows::DataFlow& of) {
    return loop.run(one.usage->admit(of, {"t1", "192.0.2.1"}));
  }
  Duration until(const std::function<bool()>& so) {
    const auto begun = loop.clock().now();
    EXPECT_TRUE(loop.eventually(so, std::chrono::milliseconds(10)));
    return loop.clock().now() - begun;
  }
};

}  // namespace

TEST_F(UsageLimitsTest, what_is_too_fast_is_slowed_down_for_the_flow_and_for_all_of_the_participants) {
  auto one = process({.each_flow = {.bytes_per_second = rate}});
  auto reading = read(*one, flow(), 6 * rate);
  EXPECT_THAT(until([&] { return reading->bytes >= 6 * rate; }), AllOf(Ge(seconds(5)), Le(seconds(7))));
  one.reset();
  one = process({.all_flows = {.bytes_per_second = rate}});
  reading = read(*one, flow("a"), 3 * rate);
  auto other = read(*one, flow("b"), 3 * rate);
  const auto both = [&] { return reading->bytes >= 3 * rate && other->bytes >= 3 * rate; };
  EXPECT_THAT(until(both), AllOf(Ge(seconds(5)), Le(seconds(7))));
}

TEST_F(UsageLimitsTest, a_text_is_slowed_down_as_a_stream_is) {
  auto one = process({});
  auto body = Usage::counted(one->ask(flow()), {.text = std::string(3 * rate, 'x')});
  EXPECT_EQ(body.text.size(), 3 * rate);
  one.reset();
  one = process({.each_flow = {.bytes_per_second = rate}});
  auto reading = std::make_shared<Reading>();
  body = Usage::counted(one->ask(flow()), {.text = std::string(3 * rate, 'x')});
  ASSERT_TRUE(body.stream);
  EXPECT_EQ(body.stream->length_bytes(), 3 * rate);
  one->scope.spawn(read_on(std::move(body), reading, 3 * rate));
  EXPECT_THAT(until([&] { return reading->bytes >= 3 * rate; }), AllOf(Ge(seconds(2)), Le(seconds(4))));
}

TEST_F(UsageLimitsTest, what_has_limits_is_not_passed_on_unseen) {
  const auto passes = [this](ContextLimits limits) {
    auto one = process(limits);
    const auto body = Usage::counted(one->ask(flow()), {.stream = std::make_shared<Passable>()});
    return web::as_passing(body.stream.get())->can_pass();
  };
  EXPECT_TRUE(passes({}));
  EXPECT_FALSE(passes({.each_flow = {.bytes_per_second = rate}}));
  EXPECT_FALSE(passes({.each_flow = {.bytes_max = rate}}));
  EXPECT_FALSE(passes({.all_flows = {.bytes_per_second = rate}}));
  EXPECT_FALSE(passes({.all_flows = {.bytes_max = rate}}));
}

TEST_F(UsageLimitsTest, what_is_passed_on_is_counted_as_what_is_read) {
  auto one = process();
  const auto body = Usage::counted(one->ask(flow()), {.stream = std::make_shared<Passable>()});
  ASSERT_TRUE(loop.run(body.stream->read()));
  ASSERT_TRUE(loop.run(web::as_passing(body.stream.get())->pass(-1, 100)));
  loop.run(one->usage->flush());
  EXPECT_EQ(one->counters(), (counts::Counters{.requests = 1, .sent_bytes = rate + 100}));
}

TEST_F(UsageLimitsTest, requests_beyond_the_limit_are_refused_told_and_let_in_again) {
  auto one = process({.each_flow = {.requests_max = 1}, .all_flows = {.requests_max = 2}});
  auto first = request(*one, flow("a"));
  ASSERT_TRUE(first);
  EXPECT_EQ(request(*one, flow("a")).error().code, ErrorCode::too_many_requests);
  auto second = request(*one, flow("b"));
  ASSERT_TRUE(second);
  EXPECT_THAT(request(*one, flow("c")).error().message(), HasSubstr("participant"));
  first->reset();
  EXPECT_TRUE(request(*one, flow("c")));
  loop.run(one->usage->flush());
  EXPECT_EQ(one->written("a")->counters, (counts::Counters{.requests = 1, .refused = 1}));
  EXPECT_THAT(one->written("a")->last_refusal, HasSubstr("no more than 1 requests"));
  EXPECT_THAT(one->told(), ::testing::Contains(counts::access_refused).Times(2));
}

TEST_F(UsageLimitsTest, what_is_used_up_breaks_off_and_is_refused_after_a_restart_too) {
  const ContextLimits limits{.each_flow = {.bytes_max = 7 * rate}};
  auto one = process(limits);
  auto reading = read(*one, flow(), 100 * rate);
  until([&] { return !reading->ended.empty(); });
  EXPECT_THAT(reading->ended, HasSubstr("used up"));
  EXPECT_THAT(reading->bytes, AllOf(Ge(7 * rate), Le(10 * rate)));
  EXPECT_EQ(request(*one, flow()).error().code, ErrorCode::too_many_requests);
  EXPECT_TRUE(request(*one, flow("another")));
  loop.run(one->usage->flush());
  one.reset();
  one = process(limits);
  EXPECT_EQ(request(*one, flow()).error().code, ErrorCode::too_many_requests);
}

TEST_F(UsageLimitsTest, limits_of_a_context_hold_at_once_and_go_before_everybodys) {
  auto one = process({.each_flow = {.requests_max = 1}});
  auto first = request(*one, flow());
  EXPECT_FALSE(request(*one, flow()));
  const auto set = [&](std::uint64_t most) {
    return loop.run(one->usage->limits().set({acme, {}}, {.each_flow = {.requests_max = most}}));
  };
  ASSERT_TRUE(set(3));
  ASSERT_TRUE(set(2));
  auto second = request(*one, flow());
  EXPECT_TRUE(second);
  EXPECT_FALSE(request(*one, flow()));
  ASSERT_TRUE(loop.run(one->usage->limits().reset({acme, {}})));
  const auto again = loop.run(one->usage->limits().reset({acme, {}}));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::not_found);
  second->reset();
  EXPECT_FALSE(request(*one, flow()));
}

TEST_F(UsageLimitsTest, a_token_that_is_refused_is_told_of_a_flow_that_is_known) {
  auto one = process();
  auto permit = request(*one, flow());
  one->usage->refused(acme, EntityId("flow"), "the token was refused");
  one->usage->refused(acme, EntityId("nowhere"), "the token was refused");
  loop.run(one->usage->flush());
  EXPECT_EQ(one->counters(), (counts::Counters{.requests = 1, .refused = 1}));
  EXPECT_FALSE(one->written("nowhere"));
}

}  // namespace kontor::dataplane::usage::testing
