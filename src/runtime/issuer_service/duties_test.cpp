#include <gtest/gtest.h>

#include "platform/auth/role_matrix.hpp"
#include "protocol/api/issuer/application_routes.hpp"
#include "protocol/api/issuer/credential_routes.hpp"
#include "protocol/api/issuer/process_routes.hpp"
#include "testing/table/word_table.hpp"

// Who applies, who authorises and who issues, as a table: nobody who has one of the three has another.
namespace kontor::runtime::issuer_service::testing {
namespace {

namespace api = protocol::api::issuer;
namespace auth = platform::auth;
using auth::Caller;
using auth::Role;
using protocol::api::RouteInfo;

const ContextId issuer{"issuer"};

constexpr std::string_view duties = R"(
                            applicant authorising issuing provisioner governance authority issuer others admin
submit-application          yes       no          no      yes         no         no        no     no     yes
resubmit-application        yes       no          no      yes         no         no        no     no     yes
withdraw-application        yes       no          no      yes         no         no        no     no     yes
get-application-status      yes       no          no      yes         no         no        no     no     yes
review-application          no        yes         no      no          yes        yes       no     no     yes
request-application-changes no        yes         no      no          yes        yes       no     no     yes
approve-application         no        yes         no      no          yes        yes       no     no     yes
reject-application          no        yes         no      no          yes        yes       no     no     yes
approve-issuance-process    no        no          yes     no          yes        no        yes    no     yes
reject-issuance-process     no        no          yes     no          yes        no        yes    no     yes
offer-credentials           no        no          yes     no          yes        no        yes    no     yes
reissue-credential          no        no          yes     no          yes        no        yes    no     yes
revoke-credential           no        no          yes     no          yes        no        yes    no     yes
suspend-credential          no        no          yes     no          yes        no        yes    no     yes
resume-credential           no        no          yes     no          yes        no        yes    no     yes
)";

std::multimap<std::string, Caller> callers() {
  const auto scoped = [](std::set<std::string> scopes) {
    return Caller{.subject = "someone", .role = {}, .context = issuer, .scopes = std::move(scopes)};
  };
  const auto with_role = [](Role role) {
    return Caller{.subject = "someone", .role = role, .context = issuer, .scopes = {}};
  };
  return {
      {"applicant", scoped({"issuer-admin-api:applications:write"})},
      {"authorising", scoped({"issuer-admin-api:authorisations:write"})},
      {"issuing", scoped({"issuer-admin-api:issuanceprocesses:write", "issuer-admin-api:credentials:write"})},
      {"provisioner", with_role(Role::provisioner)},
      {"governance", with_role(Role::governance)},
      {"authority", with_role(Role::authority)},
      {"issuer", with_role(Role::issuer)},
      {"others", with_role(Role::participant)},
      {"others", with_role(Role::operator_)},
      {"admin", with_role(Role::admin)}};
}

std::vector<RouteInfo> routes() {
  return {api::submit_application.info,       api::resubmit_application.info,
          api::withdraw_application.info,     api::get_application_status.info,
          api::review_application.info,       api::request_application_changes.info,
          api::approve_application.info,      api::reject_application.info,
          api::approve_issuance_process.info, api::reject_issuance_process.info,
          api::offer_credentials.info,        api::reissue_credential.info,
          api::revoke_credential.info,        api::suspend_credential.info,
          api::resume_credential.info};
}

}  // namespace

TEST(Duties, each_is_of_who_has_it_and_of_nobody_else) {
  const auto table = kontor::testing::word_table(duties);
  ASSERT_EQ(table.size(), routes().size());
  for (const auto& route : routes()) {
    const auto row = table.find(std::string(route.name));
    ASSERT_NE(row, table.end()) << route.name;
    for (const auto& [who, caller] : callers()) {
      const bool allowed = auth::authorize(route, caller, issuer).has_value();
      EXPECT_EQ(allowed ? "yes" : "no", row->second.at(who)) << route.name << " by " << who;
    }
  }
}

}  // namespace kontor::runtime::issuer_service::testing
