#include "platform/auth/role_matrix.hpp"

#include <gtest/gtest.h>

#include "platform/store/store.hpp"

using namespace kontor;
using namespace kontor::platform::auth;
using protocol::api::Concern;
using protocol::api::Method;
using protocol::api::RouteInfo;

namespace {

RouteInfo route(Concern concern, Method method = Method::get) {
  const bool reads = method == Method::get;
  return {.name = "r",
          .method = method,
          .path = "/x",
          .concern = concern,
          .scope = reads ? "some-api:read" : "some-api:write"};
}

Caller with_role(Role role, std::string context = "mine") {
  return {.subject = "someone", .role = role, .context = ContextId(std::move(context)), .scopes = {}};
}

Caller with_scopes(std::set<std::string> scopes) {
  return {.subject = "mine", .role = {}, .context = ContextId("mine"), .scopes = std::move(scopes)};
}

constexpr Concern concerns[] = {
    Concern::participant_data, Concern::participant_context, Concern::provisioning, Concern::governance,
    Concern::clients,          Concern::signaling,           Concern::operations};

}  // namespace

TEST(RoleMatrix, a_participant_reaches_its_own_context_only) {
  const auto caller = with_role(Role::participant);
  EXPECT_TRUE(authorize(route(Concern::participant_data, Method::post), caller, ContextId("mine")));
  EXPECT_FALSE(authorize(route(Concern::participant_data), caller, ContextId("other")));
  EXPECT_FALSE(authorize(route(Concern::participant_data), caller, ContextId()));
  EXPECT_TRUE(authorize(route(Concern::participant_context), caller, ContextId("mine")));
  EXPECT_FALSE(authorize(route(Concern::participant_context, Method::put), caller, ContextId("mine")));
}

TEST(RoleMatrix, a_provisioner_manages_contexts_but_cannot_change_what_a_participant_owns) {
  const auto caller = with_role(Role::provisioner);
  EXPECT_TRUE(authorize(route(Concern::participant_context, Method::post), caller, ContextId("other")));
  EXPECT_TRUE(authorize(route(Concern::provisioning, Method::post), caller, ContextId()));
  EXPECT_TRUE(authorize(route(Concern::participant_data), caller, ContextId("other")));
  EXPECT_FALSE(authorize(route(Concern::participant_data, Method::post), caller, ContextId("other")));
  EXPECT_FALSE(authorize(route(Concern::governance), caller, ContextId("issuer")));
}

TEST(RoleMatrix, who_authorises_and_who_issues_are_apart_unless_one_office_is_both) {
  auto authorising = route(Concern::governance, Method::post);
  authorising.scope = "issuer-admin-api:authorisations:write";
  auto applications = route(Concern::governance, Method::get);
  applications.scope = "issuer-admin-api:applications:read";
  auto issuing = route(Concern::governance, Method::post);
  issuing.scope = "issuer-admin-api:credentials:write";
  const auto may = [](const RouteInfo& wanted, Role role) {
    return authorize(wanted, with_role(role), ContextId("other")).has_value();
  };
  EXPECT_TRUE(may(authorising, Role::authority) && may(applications, Role::authority));
  EXPECT_FALSE(may(issuing, Role::authority));
  EXPECT_TRUE(may(issuing, Role::issuer));
  EXPECT_FALSE(may(authorising, Role::issuer) || may(applications, Role::issuer));
  for (const auto& each : {authorising, applications, issuing}) EXPECT_TRUE(may(each, Role::governance));
  for (auto role : {Role::authority, Role::issuer}) {
    for (auto concern : concerns) {
      if (concern != Concern::governance) EXPECT_FALSE(may(route(concern), role));
    }
  }
}

TEST(RoleMatrix, the_operator_has_no_administration_api) {
  for (auto concern : concerns) {
    for (auto method : {Method::get, Method::post, Method::put, Method::patch, Method::del}) {
      EXPECT_FALSE(authorize(route(concern, method), with_role(Role::operator_), ContextId("mine")));
    }
  }
}

TEST(RoleMatrix, the_admin_may_do_everything) {
  for (auto concern : concerns) {
    EXPECT_TRUE(authorize(route(concern, Method::del), with_role(Role::admin), ContextId("other")));
  }
}

TEST(RoleMatrix, beside_a_role_scopes_neither_widen_nor_narrow) {
  auto participant = with_role(Role::participant);
  participant.scopes = {"some-api:admin"};
  EXPECT_FALSE(authorize(route(Concern::participant_data), participant, ContextId("other")));
  participant.scopes = {"other-api:read"};
  EXPECT_TRUE(authorize(route(Concern::participant_data, Method::post), participant, ContextId("mine")));
}

TEST(RoleMatrix, refusals_do_not_tell_a_foreign_context_from_one_that_does_not_exist) {
  const auto caller = with_role(Role::participant);
  auto foreign = authorize(route(Concern::participant_data), caller, ContextId("other"));
  auto none = authorize(route(Concern::participant_data), caller, ContextId("nobody"));
  EXPECT_EQ(foreign.error().message(), none.error().message());
}

TEST(RoleMatrix, no_path_leads_to_what_belongs_to_the_installation) {
  const auto installation = kontor::platform::store::installation_context();
  for (auto concern : concerns) {
    for (auto method : {Method::get, Method::post}) {
      for (auto role : {Role::admin, Role::provisioner, Role::governance, Role::participant})
        EXPECT_FALSE(authorize(route(concern, method), with_role(role, installation.str()), installation));
      for (const char* scope : {"some-api:admin", "some-api:write"}) {
        auto caller = with_scopes({scope});
        caller.context = installation;
        EXPECT_FALSE(authorize(route(concern, method), caller, installation)) << scope;
      }
    }
  }
  const auto refused = authorize(route(Concern::participant_data), with_role(Role::admin), installation);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
}

TEST(Scopes, admin_implies_write_implies_read) {
  EXPECT_TRUE(scope_implies("management-api:admin", "management-api:write"));
  EXPECT_TRUE(scope_implies("management-api:write", "management-api:read"));
  EXPECT_FALSE(scope_implies("management-api:read", "management-api:write"));
  EXPECT_FALSE(scope_implies("identity-api:admin", "management-api:read"));
}

TEST(Scopes, an_action_on_the_api_covers_its_resources_and_not_the_reverse) {
  EXPECT_TRUE(scope_implies("identity-api:read", "identity-api:keypairs:read"));
  EXPECT_FALSE(scope_implies("identity-api:keypairs:read", "identity-api:read"));
  EXPECT_FALSE(scope_implies("identity-api:dids:write", "identity-api:keypairs:read"));
  EXPECT_FALSE(scope_implies("", ""));
  EXPECT_FALSE(scope_implies("identity-api:everything", "identity-api:read"));
}

TEST(Scopes, a_token_without_role_is_bound_to_its_subject_unless_it_administers) {
  const auto wanted = route(Concern::participant_data, Method::post);
  EXPECT_TRUE(authorize(wanted, with_scopes({"some-api:write"}), ContextId("mine")));
  EXPECT_FALSE(authorize(wanted, with_scopes({"some-api:write"}), ContextId("other")));
  EXPECT_TRUE(authorize(wanted, with_scopes({"some-api:admin"}), ContextId("other")));
  EXPECT_FALSE(authorize(wanted, with_scopes({"some-api:read", "other-api:admin"}), ContextId("other")));
}

TEST(Scopes, who_administers_one_resource_administers_it_in_its_own_context) {
  auto wanted = route(Concern::participant_data, Method::post);
  wanted.scope = "some-api:assets:write";
  EXPECT_TRUE(authorize(wanted, with_scopes({"some-api:assets:admin"}), ContextId("mine")));
  EXPECT_FALSE(authorize(wanted, with_scopes({"some-api:assets:admin"}), ContextId("other")));
  EXPECT_TRUE(authorize(wanted, with_scopes({"some-api:*:admin"}), ContextId("other")));
}
