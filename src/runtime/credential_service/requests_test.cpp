#include <deque>
#include <set>

#include "runtime/credential_service/test_service.hpp"

namespace kontor::runtime::credential_service::testing {
namespace {

using namespace std::chrono_literals;
using State = credential_request::State;

constexpr auto day = 24h;
const ContextId context{"acme"};

class Requests : public CredentialServiceTest {
 protected:
  /// Holds a membership until then, as it was asked for.
  std::string hold_until(Instant until, std::function<void(vc::Credential&)> change = [](auto&) {}) {
    auto credential = membership_of(acme);
    credential.valid_until = until;
    change(credential);
    credential::Store event{.id = credential::CredentialId(credential.id),
                            .token = issuer.issue(credential, now()),
                            .credential = credential,
                            .object_id = dcp::CredentialObjectId("d")};
    const auto id = entity_id(event.id);
    EXPECT_TRUE(loop.run(house.engine->apply<credential::Machine>({context, id}, std::move(event))));
    return credential.id;
  }
  credential::StoredCredential stored(const std::string& id) {
    return loop.run(house.engine->load<credential::Machine>(context, EntityId(id))).value().entity;
  }
  /// The request that renews it, of those that were not begun before.
  std::optional<credential_request::CredentialRequest> renewal_of(const std::string& id) {
    auto page = loop.run(house.engine->list<credential_request::Machine>(context, {})).value();
    for (auto& each : page.entities) {
      if (each.entity.renews == credential::CredentialId(id) && !begun.contains(each.entity.holder_pid))
        return std::move(each.entity);
    }
    return std::nullopt;
  }
  /// Lets everything run until it is so, time standing still but for `step`.
  bool eventually(const std::function<bool()>& so, Duration step = Duration{0}) {
    for (int turns = 0; turns < 2'000; ++turns) {
      if (so()) return true;
      loop.run(loop.turn());
      loop.clock().advance(step);
    }
    return false;
  }
  /// Moves to the moment of the renewal; the request for it is the result.
  credential_request::CredentialRequest begin_renewal(const std::string& id) {
    loop.clock().advance(*stored(id).renew_at - now());
    EXPECT_TRUE(eventually([&] { return renewal_of(id) && renewal_of(id)->state != State::requesting; }));
    auto request = renewal_of(id).value();
    begun.insert(request.holder_pid);
    return request;
  }
  void answers_requests(std::vector<unsigned> statuses) {
    auto left = std::make_shared<std::deque<unsigned>>(statuses.begin(), statuses.end());
    server.answer(issuer.path("/is/credentials"), [left](const http::Request&) {
      http::Response response{left->front(), {}, {}};
      if (left->size() > 1) left->pop_front();
      return response;
    });
  }
  State asked(std::string pid) {
    const protocol::api::identity::CredentialRequest body{
        .issuer = issuer.did(),
        .holder_pid = dcp::HolderPid(pid),
        .credentials = {{dcp::CredentialObjectId("d"), membership, "VC1_0_JWT"}}};
    const auto url = house.administration_url("/api/identity/v1beta/participants/acme/credentials/request");
    EXPECT_EQ(house.post(url, json::encode(body)).status, 201u);
    EXPECT_TRUE(eventually([&] { return state_of(pid) != State::requesting; }, 10ms));
    return state_of(pid);
  }

  http::Response ask(std::string pid, std::vector<std::string> scopes) {
    const protocol::api::identity::CredentialRequest body{
        .issuer = issuer.did(),
        .holder_pid = dcp::HolderPid(pid),
        .credentials = {{dcp::CredentialObjectId("d"), membership, "VC1_0_JWT"}},
        .scopes = std::move(scopes)};
    return house.post(house.administration_url("/api/identity/v1beta/participants/acme/credentials/request"),
                      json::encode(body));
  }
  /// The access token in the last request that the issuer got.
  std::optional<std::string> sent_token() {
    const std::string sent(*server.last(issuer.path("/is/credentials")).headers.get("Authorization"));
    return protocol::jose::text_claim(protocol::jose::parse_jwt(sent.substr(7)).value().claims, "token");
  }

  const std::string other_scope = "org.eclipse.dspace.dcp.vc.type:OtherCredential:read";
  std::set<dcp::HolderPid> begun;
};

}  // namespace

TEST_F(Requests, an_issuer_may_look_at_what_the_request_says_and_at_nothing_else) {
  answers_requests({201});
  EXPECT_EQ(asked("plain"), State::requested);
  EXPECT_EQ(sent_token(), std::nullopt);
  EXPECT_EQ(ask("granting", {other_scope}).status, 201u);
  ASSERT_TRUE(eventually([&] { return state_of("granting") == State::requested; }, 10ms));
  const auto access = protocol::jose::parse_jwt(sent_token().value()).value();
  EXPECT_EQ(access.claims.sub, issuer.did().str());
  EXPECT_EQ(protocol::jose::text_claim(access.claims, "scope"), other_scope);
  const auto refused = ask("wrong", {other_scope, "everything"});
  EXPECT_EQ(refused.status, 400u);
  EXPECT_TRUE(refused.body.text.contains("/scopes/1")) << refused.body.text;
}

TEST_F(Requests, a_renewal_that_its_issuer_refuses_is_tried_again) {
  const auto id = hold_until(now() + day * 30);
  answers_requests({403});
  EXPECT_EQ(begin_renewal(id).state, State::error);
  EXPECT_TRUE(eventually([&] { return stored(id).renew_at.has_value(); }));
  answers_requests({201});
  EXPECT_EQ(begin_renewal(id).state, State::requested);
}

TEST_F(Requests, a_renewal_that_was_delivered_is_the_last_of_its_credential) {
  const auto id = hold_until(now() + day * 30);
  auto renewal = message({});
  renewal.holder_pid = begin_renewal(id).holder_pid;
  auto renewed = membership_of(acme);
  renewed.valid_until = now() + day * 30;
  renewal.credentials.push_back({membership, issuer.issue(renewed, now()), "vc11-sl2021/jwt"});
  ASSERT_EQ(deliver(renewal).status, 200u);
  EXPECT_TRUE(eventually([&] { return stored(id).renewed; }));
  EXPECT_EQ(stored(id).renew_at, std::nullopt);
  EXPECT_TRUE(stored(renewed.id).renew_at);
}

TEST_F(Requests, by_a_renewal_the_issuer_may_look_at_the_same_as_by_the_request) {
  answers_requests({201});
  ASSERT_EQ(ask("granting", {other_scope}).status, 201u);
  ASSERT_TRUE(eventually([&] { return state_of("granting") == State::requested; }, 10ms));
  auto credential = membership_of(acme);
  credential.valid_until = now() + day * 30;
  auto delivery = message({issuer.issue(credential, now())});
  delivery.holder_pid = dcp::HolderPid("granting");
  ASSERT_EQ(deliver(delivery).status, 200u);
  EXPECT_EQ(begin_renewal(credential.id).state, State::requested);
  const auto access = protocol::jose::parse_jwt(sent_token().value()).value();
  EXPECT_EQ(access.claims.sub, issuer.did().str());
  EXPECT_EQ(protocol::jose::text_claim(access.claims, "scope"), other_scope);
}

TEST_F(Requests, a_renewal_that_brings_what_is_held_already_is_none) {
  const auto id = hold_until(now() + day * 30);
  auto renewal = message({stored(id).token});
  renewal.holder_pid = begin_renewal(id).holder_pid;
  ASSERT_EQ(deliver(renewal).status, 200u);
  EXPECT_TRUE(eventually([&] { return stored(id).renew_at.has_value(); }));
  EXPECT_FALSE(stored(id).renewed);
}

TEST_F(Requests, a_list_of_somebody_else_or_for_another_purpose_says_nothing_about_a_credential) {
  const auto held_with = [&](const std::string& url, const std::string& purpose) {
    return hold_until(now() + day * 30, [&](vc::Credential& each) {
      each.statuses = {{.id = "urn:status", .purpose = purpose, .list_url = url, .index = 7}};
    });
  };
  const auto own = issuer.publish_status_list("/list", {7}, now());
  const auto revoked = held_with(own, "Revocation");
  const auto elsewhere = held_with(stranger.publish_status_list("/list", {7}, now()), "revocation");
  const auto for_nothing = held_with(own, "suspension");
  EXPECT_TRUE(eventually([&] { return stored(revoked).state == credential::State::revoked; }));
  for (const auto& id : {elsewhere, for_nothing}) {
    EXPECT_TRUE(eventually([&] { return stored(id).check_at > now(); })) << "it has been looked at";
    EXPECT_EQ(stored(id).state, credential::State::issued);
    EXPECT_EQ(stored(id).check_at, now() + credential::status_retry);
  }
}

TEST_F(Requests, an_issuer_that_does_not_know_the_holder_yet_is_asked_again_and_not_for_ever) {
  answers_requests({401, 401, 201});
  EXPECT_EQ(asked("request-1"), State::requested);
  answers_requests({401});
  EXPECT_EQ(asked("request-2"), State::error);
  EXPECT_EQ(server.asked(issuer.path("/is/credentials")), 3u + 6u);
}

TEST_F(Requests, an_id_that_is_in_use_after_a_lost_answer_is_our_own) {
  answers_requests({503, 409});
  EXPECT_EQ(asked("request-1"), State::requested);
  answers_requests({409});
  EXPECT_EQ(asked("request-2"), State::error);
}

TEST_F(Requests, a_request_is_asked_about_where_its_issuer_says_that_it_stands) {
  for (const auto* place : {"urn:uuid:1", "urn%3Auuid%3A1", "urn%3Auuid%3A1/?from=here"}) {
    server.answer(issuer.path("/is/credentials"), [&](const http::Request&) {
      http::Response response{201, {}, {}};
      response.headers.set("Location", issuer.url("/is/requests/" + std::string(place)));
      return response;
    });
    const auto before = server.asked(issuer.path("/is/requests/urn%3Auuid%3A1"));
    const auto pid = "request-" + std::to_string(before);
    EXPECT_EQ(asked(pid), State::requested);
    loop.clock().advance(1min);
    EXPECT_TRUE(eventually([&] { return server.asked(issuer.path("/is/requests/urn%3Auuid%3A1")) > before; }))
        << place;
  }
}

TEST_F(Requests, a_request_stands_below_the_collection_however_that_is_written) {
  const std::string collection = "/api/identity/v1beta/participants/acme/credentials/request";
  for (const auto* slash : {"", "/"}) {
    const protocol::api::identity::CredentialRequest body{
        .issuer = issuer.did(),
        .holder_pid = dcp::HolderPid("pid 100%" + std::string(slash)),
        .credentials = {{dcp::CredentialObjectId("d"), membership, "VC1_0_JWT"}}};
    const auto made = house.post(house.administration_url(collection + slash), json::encode(body));
    ASSERT_EQ(made.status, 201u) << made.body.text;
    const std::string location(made.headers.get("Location").value_or(""));
    EXPECT_TRUE(location.starts_with(collection + "/pid%20100%25")) << location;
    EXPECT_FALSE(location.contains("//")) << location;
  }
}

/// A run of ours may have ended between the issuer's answer and its record, and attempts are not counted over
/// runs.
TEST_F(Requests, what_comes_for_an_id_that_is_said_to_be_in_use_is_taken) {
  answers_requests({409});
  EXPECT_EQ(asked("request-1"), State::error);
  const auto answer = deliver(message({issuer.issue(membership_of(acme), now())}));
  EXPECT_EQ(answer.status, 200u) << answer.body.text;
  EXPECT_EQ(held().size(), 1u);
  EXPECT_EQ(state_of(), State::issued);
}

TEST_F(Requests, the_owner_is_told_before_a_credential_ends) {
  request();
  auto credential = membership_of(acme);
  credential.valid_until = now() + day * 30;
  ASSERT_EQ(deliver(message({issuer.issue(credential, now())})).status, 200u);
  const auto told = [&] {
    std::vector<platform::store::StoredEvent> warnings;
    for (auto& each : loop.run(house.store->events_of(context, 0, 100)).value()) {
      if (each.event.name == "credential.expiring") warnings.push_back(std::move(each));
    }
    return warnings;
  };
  loop.clock().advance(day * 23 - 1s);
  EXPECT_FALSE(eventually([&] { return !told().empty(); }));
  loop.clock().advance(1s);
  ASSERT_TRUE(eventually([&] { return !told().empty(); }));
  EXPECT_EQ(told().front().event.entity, EntityId(credential.id));
  const auto body = json::parse(told().front().event.body).value();
  EXPECT_EQ(json::find(body, "expirationDate")->as_string(), format_instant(*credential.valid_until));
  EXPECT_EQ(json::find(body, "issuerDid")->as_string(), issuer.did().str());
}

}  // namespace kontor::runtime::credential_service::testing
