#include "domain/callback/decide.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>

namespace kontor::domain::callback {
namespace {

const Instant start = from_epoch_seconds(1'800'000'000);
const EntityId process("urn:uuid:n");

CallbackAddress address(std::vector<std::string> events) {
  return {.uri = "https://app.example/hook?key=1", .events = std::move(events)};
}

std::vector<std::string> told_to(const std::vector<CallbackAddress>& addresses,
                                 const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const auto& each :
       tells(addresses, {process, names, start, [](std::string_view) { return std::string("{}"); }}))
    out.push_back(each.delivery.str() + " " + each.notice.name);
  return out;
}

NoticeCame came(int number) {
  Tell tell{.delivery = EntityId("urn:uuid:n-callback-0"),
            .uri = "https://app.example:8443/hook?key=1",
            .auth_key = "X-Api-Key",
            .auth_code_id = "hook",
            .notice = {"contract.negotiation.agreed", process, start, R"({"reason":"x"})"}};
  return {NoticeId(std::to_string(number)), std::move(tell)};
}

Decision must(const Delivery* current, const Event& event) {
  auto decision = decide(current, event, start);
  invariant(decision.has_value(), "the event is legal");
  for (const auto& effect : decision->effects) {
    const auto again = Machine::decode_effect(Machine::encode_effect(effect)).value();
    EXPECT_EQ(again.id, effect.id);
    EXPECT_EQ(again.tell, effect.tell);
  }
  EXPECT_EQ(Machine::decode(Machine::encode(decision->next), 1).value(), decision->next);
  return std::move(*decision);
}

}  // namespace

TEST(Callback, an_address_is_told_of_the_events_that_begin_as_it_said) {
  const std::vector<std::string> names = {"contract.negotiation.agreed", "contract.negotiation.verified"};
  const std::vector<std::string> both = {"urn:uuid:n-callback-0 contract.negotiation.agreed",
                                         "urn:uuid:n-callback-0 contract.negotiation.verified"};
  EXPECT_EQ(told_to({address({"contract.negotiation"})}, names), both);
  EXPECT_EQ(told_to({address({"contract.negotiation", "contract.negotiation.agreed"})}, names), both);
  EXPECT_EQ(told_to({address({"contract.negotiation.verified"})}, names), std::vector{both.back()});
  EXPECT_TRUE(told_to({address({"transfer.process"}), address({})}, names).empty());
}

TEST(Callback, each_address_has_a_delivery_of_its_own_named_by_its_place) {
  EXPECT_EQ(told_to({address({"transfer"}), address({"contract"}), address({"contract"})},
                    {"contract.negotiation.agreed"}),
            (std::vector<std::string>{"urn:uuid:n-callback-1 contract.negotiation.agreed",
                                      "urn:uuid:n-callback-2 contract.negotiation.agreed"}));
}

TEST(Callback, a_notice_is_called_out_once_and_over_when_it_was_told) {
  const auto opened = must(nullptr, came(1));
  ASSERT_EQ(opened.effects.size(), 1u);
  EXPECT_EQ(opened.effects.front().id, NoticeId("1"));
  EXPECT_FALSE(Machine::ended(opened.next));
  const auto again = must(&opened.next, came(1));
  EXPECT_TRUE(again.effects.empty());
  const auto told = must(&opened.next, Told{NoticeId("1")});
  EXPECT_TRUE(Machine::ended(told.next));
  EXPECT_EQ(told.next.told, 1u);
  EXPECT_TRUE(told.happened.empty());
  EXPECT_TRUE(must(&told.next, came(1)).effects.empty()) << "it comes again after a restart";
  EXPECT_EQ(must(&told.next, Told{NoticeId("1")}).next, told.next);
}

TEST(Callback, what_cannot_be_told_is_lost_with_its_reason_and_an_event_and_the_next_goes_on) {
  auto now = must(nullptr, came(1)).next;
  const auto second = must(&now, came(2));
  ASSERT_EQ(second.effects.size(), 1u);
  const auto failed = Machine::failed(must(nullptr, came(1)).effects.front(),
                                      Error{ErrorCode::peer_unavailable, "nobody is there", {}, {}});
  const auto lost = must(&second.next, *failed);
  EXPECT_EQ(lost.happened, std::vector<std::string>{"callback.abandoned"});
  EXPECT_EQ(lost.next.waiting, std::vector{NoticeId("2")});
  const auto body = json::parse(Machine::event_body(lost.next, "callback.abandoned")).value().as_object();
  EXPECT_EQ(body.at("event").as_string(), "contract.negotiation.agreed");
  EXPECT_EQ(body.at("processId").as_string(), process.str());
  EXPECT_EQ(body.at("address").as_string(), "https://app.example:8443/hook") << "a query may be a secret";
  EXPECT_TRUE(std::string(body.at("reason").as_string()).contains("nobody is there"));
}

TEST(Callback, more_than_its_bound_does_not_wait) {
  auto now = must(nullptr, came(0)).next;
  for (int i = 1; i < static_cast<int>(waiting_max); ++i) now = must(&now, came(i)).next;
  const auto more = must(&now, came(1000));
  EXPECT_TRUE(more.effects.empty());
  EXPECT_EQ(more.next.waiting.size(), waiting_max);
  EXPECT_EQ(more.next.lost, 1u);
  EXPECT_EQ(more.happened, std::vector<std::string>{"callback.abandoned"});
}

TEST(Callback, addresses_of_one_host_share_a_bound) {
  const auto group = [](std::string uri) {
    auto call = must(nullptr, came(1)).effects.front();
    call.tell.uri = std::move(uri);
    return Machine::effect_group(call);
  };
  EXPECT_EQ(group("https://App.example:8443/hook?to=https://else.example/"), "https://app.example:8443");
  EXPECT_EQ(group("http://app.example?x"), "http://app.example");
  EXPECT_EQ(group("http://app.example"), "http://app.example");
}

TEST(Callback, nothing_comes_of_a_delivery_that_is_gone) {
  EXPECT_EQ(decide(nullptr, Told{NoticeId("1")}, start).error().code, ErrorCode::not_found);
}

/// Notices come, some of them again, and the outcomes of the effects come in their order.
RC_GTEST_PROP(CallbackSequence, every_notice_is_told_or_lost_once_and_in_order, ()) {
  std::optional<Delivery> now;
  std::deque<Call> outbox;
  std::vector<NoticeId> settled;
  std::uint64_t given = 0;
  const auto take = [&](const Event& event) {
    auto decision = decide(now ? &*now : nullptr, event, start);
    RC_ASSERT(decision.has_value());
    RC_ASSERT(Machine::decode(Machine::encode(decision->next), 1).value() == decision->next);
    RC_ASSERT(decision->next.waiting.size() <= waiting_max && decision->next.seen.size() <= seen_max);
    for (auto& effect : decision->effects) outbox.push_back(std::move(effect));
    now = std::move(decision->next);
  };
  int next = 0;
  for (const auto step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 5))) {
    if (step <= 1) {
      ++given;
      take(came(next++));
    } else if (step == 2 && next > 0) {
      take(came(std::max(0, next - 3)));
    } else if (step >= 3 && !outbox.empty()) {
      const auto call = std::move(outbox.front());
      outbox.pop_front();
      settled.push_back(call.id);
      take(step == 3 ? Event(Told{call.id}) : *Machine::failed(call, Error{ErrorCode::timeout, "", {}, {}}));
    }
    if (!now) continue;
    RC_ASSERT(now->waiting.size() == outbox.size());
    RC_ASSERT(now->told + now->lost + now->waiting.size() == given);
    RC_ASSERT(Machine::ended(*now) == outbox.empty());
  }
  RC_ASSERT(std::ranges::is_sorted(settled, {}, [](const NoticeId& id) { return std::stoi(id.str()); }));
}

}  // namespace kontor::domain::callback
