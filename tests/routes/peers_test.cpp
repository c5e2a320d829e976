#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "base/text/encoding.hpp"
#include "refusals.hpp"

// What strangers and third parties get at the addresses that everybody reaches: DSP, DCP, data.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;

/// `eyJ….eyJ….signature` with another signature.
std::string with_signature_of(const std::string& token, const std::string& other) {
  return token.substr(0, token.rfind('.')) + other.substr(other.rfind('.'));
}

class Peers : public OnEveryStore {
 protected:
  void for_each_route_of(Access access, const std::function<void(const RouteInfo&)>& visit) {
    for_each_route([&](const RouteInfo& route) {
      if (route.access == access) visit(route);
    });
  }

  std::string token(const Party& from, const Party& to) {
    return world().installation().self_issued(ContextId(from.context), Did(to.did));
  }

  /// A message of `sender` about the process of that id, as far as it names one.
  std::string message(const RouteInfo& route, const Party& sender, const std::string& pid) {
    auto body = body_of(world(), route, sender);
    if (auto* object = body.if_object()) {
      for (const char* member : {"providerPid", "consumerPid", "issuerPid", "holderPid"}) {
        if (object->contains(member)) (*object)[member] = pid;
      }
    }
    return written(route, body);
  }

  /// The id in the path besides the context and the profile; empty: there is none.
  std::string id_parameter(const RouteInfo& route) {
    for (const auto& name : parameters_of(route.path)) {
      if (name != context_parameter && name != "profile") return name;
    }
    return {};
  }
};

}  // namespace

TEST_P(Peers, a_message_without_a_good_token_of_its_sender_is_refused) {
  const auto good = token(world().globex(), world().acme());
  const std::pair<const char*, std::string> tokens[] = {
      {"no token", ""},
      {"no JWT", "Bearer nonsense"},
      {"an access token of ours", world().admin()},
      {"a token for another audience", token(world().globex(), world().initech())},
      {"a token under another's signature",
       with_signature_of(good, token(world().initech(), world().acme()))},
  };
  for_each_route_of(Access::peer, [&](const RouteInfo& route) {
    const auto& home = home_of(world(), route, world().acme());
    const auto body = written(route, body_of(world(), route, world().globex()));
    for (const auto& [what, bearer] : tokens) {
      refusals().expect(route,
                        {.what = what,
                         .request = request_to(route, existing_target(world(), route, home), bearer, body),
                         .status = 401});
    }
  });
}

TEST_P(Peers, a_third_party_is_told_of_a_process_of_others_what_it_is_told_of_none) {
  std::size_t compared = 0;
  for_each_route_of(Access::peer, [&](const RouteInfo& route) {
    const auto parameter = id_parameter(route);
    if (parameter.empty() || parameter == "datasetId") return;
    const auto& home = home_of(world(), route, world().acme());
    const auto existing = existing_id(world(), route, home, parameter);
    std::set<std::string> answers;
    for (const auto& id : {existing, unknown_id(parameter)}) {
      const auto target = target_of(route, [&](const std::string& name) {
        if (name == context_parameter) return home.context;
        return name == parameter ? id : existing_id(world(), route, home, name);
      });
      const auto answer = world().installation().send(
          request_to(route, target, token(world().initech(), home), message(route, world().initech(), id)));
      EXPECT_TRUE(answer.status == 404 || answer.status == 401)
          << route.name << " " << answer.status << " " << answer.body;
      EXPECT_EQ(form_problem(route.errors, answer), "") << route.name << " " << answer.body;
      answers.insert(std::to_string(answer.status) + " " + without(answer.body, {existing, unknown_id("")}));
      // That a token was used is remembered whatever it was used for.
      for (const auto& table : refusals().watch().changes())
        EXPECT_EQ(table, "single_use") << "changed after " << route.name;
    }
    EXPECT_EQ(answers.size(), 1u) << route.name << ": " << ::testing::PrintToString(answers);
    ++compared;
  });
  EXPECT_GE(compared, 10u) << "the messages of negotiations and transfers are not found any more";
}

TEST_P(Peers, a_token_that_was_used_is_refused) {
  const auto find = [&](std::string_view name) {
    for (const auto* route : world().installation().routes()) {
      if (route->name == name) return route;
    }
    throw std::runtime_error("there is no route " + std::string(name));
  };
  const auto* route = find("dsp-negotiation");
  const auto target = target_of(*route, [&](const std::string& name) {
    if (name == context_parameter) return world().acme().context;
    return name == "pid" ? world().globex().ids.at("provider/negotiationId")
                         : existing_id(world(), *route, world().acme(), name);
  });
  const auto request = request_to(*route, target, token(world().globex(), world().acme()));
  const auto first = world().installation().send(request);
  EXPECT_EQ(first.status, 200u) << first.body;
  refusals().watch().changes();
  refusals().expect(*route, {.what = "a token that was used", .request = request, .status = 401});
}

namespace {

/// A plane on a machine that is so busy that its lease lapsed refuses all, and says when to come again.
Answer pulled(Installation& installation, const Request& request) {
  auto answer = installation.send(request);
  for (int attempt = 0; attempt < 10 && answer.status == 503; ++attempt) {
    EXPECT_EQ(answer.headers.get("Retry-After"), "2");
    std::this_thread::sleep_for(std::chrono::seconds(2));
    answer = installation.send(request);
  }
  return answer;
}

}  // namespace

TEST_P(Peers, data_is_had_with_the_token_of_its_own_flow_only) {
  const auto address = world().call(
      "GET", "/api/mgmt/v5beta/participants/" + world().globex().context + "/transferprocesses/" +
                 text::percent_encode(world().globex().ids.at("transferProcessId")) + "/dataaddress");
  std::string access;
  for (const auto& each : json::find(address, "endpointProperties")->as_array()) {
    if (text_at(each, "name") == "authorization") access = text_at(each, "value");
  }
  for_each_route_of(Access::flow, [&](const RouteInfo& route) {
    if (parameters_of(route.path).empty()) return;  // a token's renewal: `dataplane/http`
    const auto own = existing_target(world(), route, world().acme());
    const auto others = existing_target(world(), route, world().globex());
    const auto unknown = unknown_target(world(), route, world().acme());
    if (route.method == protocol::api::Method::get && parameters_of(route.path).size() == 1) {
      EXPECT_EQ(pulled(world().installation(), request_to(route, own, "Bearer " + access)).status, 200u);
      refusals().expect_unchanged("a pull");
    }
    std::set<std::string> answers;
    const std::pair<const char*, std::string> requests[] = {{"another flow", others}, {"no flow", unknown}};
    for (const auto& [what, target] : requests) {
      const auto answer =
          refusals().expect(route, {.what = std::string("the token of another flow at ") + what,
                                    .request = request_to(route, target, "Bearer " + access),
                                    .status = 403});
      answers.insert(answer.body);
    }
    EXPECT_EQ(answers.size(), 1u) << route.name << ": " << ::testing::PrintToString(answers);
    for (const auto& bearer : {std::string(), world().admin(), world().token_of(world().globex())}) {
      refusals().expect(route, {.what = "a token of another kind",
                                .request = request_to(route, own, bearer),
                                .status = bearer.empty() ? 401u : 403u});
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Stores, Peers, every_store, name_of);

}  // namespace kontor::routes_test
