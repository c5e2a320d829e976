#include "runtime/callbacks/callbacks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "domain/contract_negotiation/negotiation_for_test.hpp"
#include "domain/offer/rules.hpp"
#include "platform/async/scope.hpp"
#include "runtime/secrets/secrets.hpp"
#include "testing/house/house.hpp"

namespace kontor::runtime::callbacks {
namespace {

namespace engine = platform::engine;
namespace http = platform::http;
namespace negotiation = domain::contract_negotiation;
using callback::CallbackAddress;
using kontor::testing::House;
using kontor::testing::LoopbackServer;
using kontor::testing::VirtualLoop;
using negotiation::testing::both;
using negotiation::testing::envelope_to;

constexpr std::uint32_t attempts_max = 4;

/// What a process that can be killed is made of. Its negotiations have a peer that acknowledges everything.
class Process {
 public:
  struct Reaches {
    std::vector<std::string> allowed_networks = {"127.0.0.0/8"};
    std::vector<std::string> plain_http_hosts = {"127.0.0.1"};
  };
  Process(House& house, Reaches reaches)
      : scope(house.loop.executor()),
        engine(scope, house.loop.clock(), house.loop.random(), *house.store,
               engine::EngineConfig{.attempts_max = attempts_max}),
        client(http::make_client(scope, house.loop.clock(), {.allowed_networks = reaches.allowed_networks})
                   .value()),
        secret_client(*client, reaches.plain_http_hosts),
        callbacks({engine, *client, secret_client, *house.vault}) {
    engine.add<negotiation::Machine>(
        [this](engine::Committed<negotiation::Effect> effect) { return carry_out(std::move(effect)); });
    EXPECT_TRUE(house.loop.run(engine.start()));
  }

 private:
  Task<Result<engine::Outcome<negotiation::Machine>>> carry_out(
      engine::Committed<negotiation::Effect> effect) {
    if (const auto message = negotiation::outgoing(*effect))
      co_return engine::Outcome<negotiation::Machine>(
          negotiation::Acknowledged{message->message, both.provider});
    auto done = co_await callbacks.hand_over(effect.call(), std::get<callback::Tell>(*effect));
    if (!done) co_return fail(std::move(done.error()));
    co_return engine::Outcome<negotiation::Machine>();
  }

 public:
  platform::async::Scope scope;
  platform::engine::Engine engine;
  std::unique_ptr<http::Client> client;
  http::SecretClient secret_client;
  Callbacks callbacks;
};

class CallbacksTest : public ::testing::Test {
 protected:
  CallbacksTest() { start(); }
  ~CallbacksTest() override { kill(); }

  void start(Process::Reaches reaches = {}) {
    process = std::make_unique<Process>(house, std::move(reaches));
  }
  void kill() { loop.run(process->scope.close()); }
  /// `happens` is something that the network, the disk or another coroutine brings about.
  void until(const std::function<bool()>& happens) { ASSERT_TRUE(loop.eventually(happens)); }
  void until_failed(std::uint64_t times) {
    until([&] { return process->engine.counters().failures == times; });
  }
  void until_asked(std::size_t times, const std::string& path = "/hook") {
    until([&] { return server.asked(path) == times; });
  }
  void let_back_off_pass() { loop.clock().advance(std::chrono::minutes(1)); }

  CallbackAddress hook(const std::string& path = "/hook") const {
    return {.uri = server.url(path), .events = {"contract.negotiation"}};
  }
  CallbackAddress with_secret(CallbackAddress address, const std::string& id) const {
    address.auth_key = "X-Api-Key";
    address.auth_code_id = id;
    return address;
  }
  void put_secret(const ContextId& context, const std::string& id, std::string value) {
    ASSERT_TRUE(loop.run(
        house.vault->put_secret(context, secrets::name_in_vault(id), crypto::Secret(std::move(value)))));
  }
  /// As the effect of a process would: `id` is that of the effect.
  void tell(const CallbackAddress& address, const std::string& id,
            const std::string& name = "contract.negotiation.agreed") {
    engine::EffectCall call;
    call.context = acme;
    call.id = platform::store::EffectId(id);
    callback::Tell told{delivery,
                        address.uri,
                        address.auth_key,
                        address.auth_code_id,
                        {name, EntityId("n"), loop.clock().now(), R"({"counterPartyId":"did:web:peer"})"}};
    ASSERT_TRUE(loop.run(process->callbacks.hand_over(std::move(call), std::move(told))));
  }
  callback::Delivery rest() {
    auto at_rest = loop.run(process->engine.wait<callback::Machine>(
        acme, delivery, [](const callback::Delivery& each) { return each.waiting.empty(); }, house.soon()));
    return at_rest.value().entity;
  }
  json::Object heard(const std::string& path = "/hook") const {
    return json::parse(server.last(path).body.text).value().as_object();
  }
  std::size_t events_named(std::string_view name) {
    const auto events = loop.run(house.store->events_of(acme, 0, 100)).value();
    return static_cast<std::size_t>(
        std::ranges::count_if(events, [&](const auto& each) { return each.event.name == name; }));
  }

  void negotiate(std::vector<CallbackAddress> addresses) {
    auto request = negotiation::testing::request();
    request.callback_addresses = std::move(addresses);
    const auto offer = request.offer;
    reach(std::move(request), negotiation::State::requested);
    const auto role = negotiation::Role::consumer;
    reach(
        negotiation::AgreementReceived{
            envelope_to(role, "m-1"), agreement_about(offer), {}, negotiation::Verify{}},
        negotiation::State::verified);
    reach(negotiation::FinalizationReceived{envelope_to(role, "m-2")}, negotiation::State::finalized);
  }
  protocol::odrl::Policy agreement_about(const protocol::odrl::Policy& offer) {
    return domain::offer::agreement_for(offer,
                                        {protocol::dsp::AgreementId("a-1"), negotiation::testing::provider_id,
                                         negotiation::testing::consumer_id, loop.clock().now()});
  }
  void reach(negotiation::Event event, negotiation::State state) {
    const auto id = entity_id(both.consumer);
    ASSERT_TRUE(loop.run(process->engine.apply<negotiation::Machine>({acme, id, "test"}, std::move(event))));
    const auto reached = loop.run(process->engine.wait<negotiation::Machine>(
        acme, id, [state](const negotiation::ContractNegotiation& each) { return each.state == state; },
        house.soon()));
    ASSERT_TRUE(reached);
    ASSERT_EQ(reached->entity.state, state);
  }

  VirtualLoop loop{VirtualLoop::TimeMoves::by_hand};
  LoopbackServer server{loop};
  House house{loop,
              {.kinds = {&callback::Machine::kind(), &negotiation::Machine::kind(),
                         &negotiation::ContractAgreementDocument::kind()}}};
  ContextId acme{"acme"};
  EntityId delivery{"n-callback-0"};
  std::unique_ptr<Process> process;
};

}  // namespace

TEST_F(CallbacksTest, an_event_comes_in_the_envelope_of_live_events_with_the_secret_in_its_header) {
  server.answer("/hook", "thanks", 202);
  put_secret(acme, "key", "hunter2");
  tell(with_secret(hook(), "key"), "e-1");
  const auto now = rest();
  EXPECT_EQ(now.told, 1u);
  EXPECT_EQ(now.lost, 0u);
  const auto& request = server.last("/hook");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(request.headers.get("X-Api-Key"), "hunter2");
  const auto body = heard();
  EXPECT_EQ(body.at("id").as_string(), "e-1");
  EXPECT_EQ(body.at("type").as_string(), "ContractNegotiationAgreed");
  EXPECT_EQ(body.at("at").to_number<std::int64_t>(), epoch_milliseconds(loop.clock().now()));
  EXPECT_EQ(json::serialize(body.at("payload")),
            R"({"contractNegotiationId":"n","participantContextId":"acme","counterPartyId":"did:web:peer"})");
}

TEST_F(CallbacksTest, the_secret_is_that_of_the_own_context_and_is_waited_for) {
  server.answer("/hook", "");
  put_secret(ContextId("globex"), "key", "of another");
  tell(with_secret(hook(), "key"), "e-1");
  until_failed(1);
  EXPECT_EQ(server.asked("/hook"), 0u);
  put_secret(acme, "key", "our own");
  let_back_off_pass();
  EXPECT_EQ(rest().told, 1u);
  EXPECT_EQ(server.last("/hook").headers.get("X-Api-Key"), "our own");
}

TEST_F(CallbacksTest, what_failed_is_tried_again_under_its_id_and_the_next_waits_for_it) {
  server.answer("/hook", "", 500);
  tell(hook(), "e-1");
  tell(hook(), "e-2", "contract.negotiation.verified");
  until_failed(1);
  EXPECT_EQ(server.asked("/hook"), 1u);
  EXPECT_EQ(heard().at("id").as_string(), "e-1");
  server.answer("/hook", [](const http::Request& request) {
    const bool first = request.body.text.contains("\"e-1\"");
    return http::Response{first ? 200u : 204u, {}, {}};
  });
  let_back_off_pass();
  EXPECT_EQ(rest().told, 2u);
  EXPECT_EQ(server.asked("/hook"), 3u);
  EXPECT_EQ(heard().at("id").as_string(), "e-2");
  EXPECT_EQ(heard().at("type").as_string(), "ContractNegotiationVerified");
}

TEST_F(CallbacksTest, an_address_is_given_up_after_the_engines_attempts_and_asked_again_for_the_next_event) {
  server.answer("/hook", "", 503);
  tell(hook(), "e-1");
  for (std::uint32_t attempt = 1; attempt < attempts_max; ++attempt) {
    until_failed(attempt);
    let_back_off_pass();
  }
  auto now = rest();
  EXPECT_EQ(now.lost, 1u);
  EXPECT_EQ(server.asked("/hook"), attempts_max);
  ASSERT_TRUE(now.last_loss);
  EXPECT_TRUE(now.last_loss->reason.contains("it answered 503")) << now.last_loss->reason;
  EXPECT_EQ(events_named("callback.abandoned"), 1u);
  server.answer("/hook", "");
  tell(hook(), "e-2");
  now = rest();
  EXPECT_EQ(now.told, 1u);
  EXPECT_EQ(events_named("callback.abandoned"), 1u);
}

TEST_F(CallbacksTest, a_redirect_is_not_followed) {
  server.answer("/hook", [this](const http::Request&) {
    http::Response response{307, {}, {}};
    response.headers.set("Location", server.url("/else"));
    return response;
  });
  server.answer("/else", "");
  tell(hook(), "e-1");
  EXPECT_EQ(rest().lost, 1u);
  EXPECT_EQ(server.asked("/hook"), 1u);
  EXPECT_EQ(server.asked("/else"), 0u);
}

TEST_F(CallbacksTest, an_address_that_the_guard_refuses_is_not_called) {
  kill();
  start({.allowed_networks = {}});
  server.answer("/hook", "");
  tell(hook(), "e-1");
  const auto now = rest();
  EXPECT_EQ(now.lost, 1u);
  EXPECT_EQ(server.asked("/hook"), 0u);
  EXPECT_TRUE(now.last_loss && now.last_loss->reason.contains("is not at a public address"))
      << (now.last_loss ? now.last_loss->reason : "nothing was lost");
}

TEST_F(CallbacksTest, a_secret_does_not_go_in_the_clear_and_a_call_without_one_does) {
  kill();
  start({.plain_http_hosts = {}});
  server.answer("/hook", "");
  server.answer("/else", "");
  put_secret(acme, "key", "hunter2");
  tell(with_secret(hook(), "key"), "e-1");
  const auto now = rest();
  EXPECT_EQ(now.lost, 1u);
  EXPECT_EQ(server.asked("/hook"), 0u);
  EXPECT_TRUE(now.last_loss && now.last_loss->reason.contains("https")) << now.last_loss->reason;
  tell(hook(), "e-2");
  EXPECT_EQ(rest().told, 1u);
}

TEST_F(CallbacksTest, what_is_our_own_affair_is_not_told) {
  tell(hook(), "e-1", "contract.negotiation.settled");
  EXPECT_FALSE(loop.run(process->engine.load<callback::Machine>(acme, delivery)));
}

TEST_F(CallbacksTest, a_dead_address_holds_up_neither_its_negotiation_nor_another_address) {
  LoopbackServer dead(loop);
  dead.keep_silent("/hook");
  server.answer("/hook", "");
  negotiate({{.uri = dead.url("/hook"), .events = {""}}, hook()});
  until_asked(5);
  EXPECT_EQ(dead.asked("/hook"), 1u) << "one after the other";
  EXPECT_EQ(heard().at("type").as_string(), "ContractNegotiationFinalized");
  const auto other =
      loop.run(process->engine.load<callback::Machine>(acme, EntityId(both.consumer.str() + "-callback-0")));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->entity.waiting.size(), 5u);
  kill();
}

TEST_F(CallbacksTest, a_negotiation_tells_its_events_in_their_order) {
  std::vector<std::string> types;
  server.answer("/hook", [&](const http::Request& request) {
    const auto body = json::parse(request.body.text).value();
    types.emplace_back(body.at("type").as_string());
    return http::Response{};
  });
  negotiate({hook()});
  until([&] { return types.size() == 5; });
  EXPECT_EQ(types, (std::vector<std::string>{"ContractNegotiationInitiated", "ContractNegotiationRequested",
                                             "ContractNegotiationAgreed", "ContractNegotiationVerified",
                                             "ContractNegotiationFinalized"}));
}

TEST_F(CallbacksTest, a_negotiation_without_addresses_has_no_delivery) {
  negotiate({});
  const auto page = loop.run(process->engine.list<callback::Machine>(acme, {})).value();
  EXPECT_TRUE(page.entities.empty());
}

TEST_F(CallbacksTest, what_was_not_told_when_the_process_was_killed_is_told_by_the_next_under_its_id) {
  server.answer("/hook", "", 500);
  negotiate({hook()});
  until_failed(1);
  const auto id = std::string(heard().at("id").as_string());
  kill();
  std::vector<std::string> ids;
  server.answer("/hook", [&](const http::Request& request) {
    ids.emplace_back(json::parse(request.body.text).value().at("id").as_string());
    return http::Response{};
  });
  start();
  until([&] { return ids.size() == 5; });
  EXPECT_EQ(ids.front(), id);
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 5u);
}

}  // namespace kontor::runtime::callbacks
