#include "tck/dps/conformance/cases.hpp"

#include <sstream>

namespace kontor::tck::dps {
namespace {

struct Row {
  std::string_view id;
  std::string_view steps;
};

constexpr Row rows[] = {
    // The control plane is the consumer's, begun by the trigger.
    {"CP_C:01-01", "<prepare <request =REQUESTED >START <started =STARTED >COMPLETION =COMPLETED <completed"},
    {"CP_C:01-02",
     "<prepare <request =REQUESTED >START <started =STARTED >TERMINATION =TERMINATED <terminate"},
    {"CP_C:02-01",
     "<prepare <request =REQUESTED >START <started =STARTED >SUSPENSION <suspend >START <resume >COMPLETION "
     "=COMPLETED <completed"},
    {"CP_C:02-02",
     "<prepare <request =REQUESTED >START <started =STARTED >SUSPENSION <suspend >TERMINATION =TERMINATED "
     "<terminate"},
    {"CP_C:03-01",
     "<prepare~ >prepared <request =REQUESTED >START <started =STARTED >COMPLETION =COMPLETED <completed"},
    // The control plane is the provider's; our transfer request has been taken.
    {"CP_P:01-01", "<start <START >COMPLETION <completed"},
    {"CP_P:01-02", "<start <START >TERMINATION <terminate"},
    {"CP_P:02-01", "<start <START >SUSPENSION <suspend >START <resume >COMPLETION <completed"},
    {"CP_P:02-02", "<start <START >SUSPENSION <suspend >TERMINATION <terminate"},
    {"CP_P:03-01", "<start~ >started <START =STARTED >COMPLETION <completed"},
    // Data planes that pull.
    {"DP_C_PULL:01-01", "prepare=PREPARED no-address started =STARTED"},
    {"DP_C_PULL:01-02", "prepare=PREPARED no-address started terminate =TERMINATED"},
    {"DP_C_PULL:02-01", "prepare=PREPARED no-address started suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_C_PULL:02-02", "prepare=PREPARED started suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_C_PULL:03-01", "prepare=PREPARED =PREPARED started =STARTED <completed"},
    {"DP_C_PULL:04-01", "prepare=PREPARING no-address <prepared =PREPARED"},
    {"DP_P_PULL:01-01", "start=STARTED address =STARTED completed =COMPLETED"},
    {"DP_P_PULL:01-02", "start=STARTED address =STARTED terminate =TERMINATED"},
    {"DP_P_PULL:02-01", "start=STARTED suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_P_PULL:02-02", "start=STARTED suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_P_PULL:04-01", "start=STARTING <started =STARTED"},
    // Data planes that are pushed to, and push.
    {"DP_C_PUSH:01-01", "prepare=PREPARED address started =STARTED"},
    {"DP_C_PUSH:01-02", "prepare=PREPARED address started terminate =TERMINATED"},
    {"DP_C_PUSH:02-01", "prepare=PREPARED address started suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_C_PUSH:02-02", "prepare=PREPARED address started suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_C_PUSH:03-01", "prepare=PREPARED address started =STARTED completed =COMPLETED"},
    {"DP_C_PUSH:04-01", "prepare=PREPARING <prepared =PREPARED"},
    {"DP_P_PUSH:01-01", "start=STARTED no-address =STARTED"},
    {"DP_P_PUSH:01-02", "start=STARTED no-address =STARTED terminate =TERMINATED"},
    {"DP_P_PUSH:02-01", "start=STARTED suspend =SUSPENDED resume=STARTED =STARTED"},
    {"DP_P_PUSH:02-02", "start=STARTED suspend =SUSPENDED terminate =TERMINATED"},
    {"DP_P_PUSH:03-01", "start=STARTED =STARTED <completed"},
    {"DP_P_PUSH:04-01", "start=STARTING <started =STARTED"},
    // The HTTP profile, with token renewal.
    {"DP_C_HTTP_PULL:01-01", "prepare=PREPARED no-address started:renewable =STARTED"},
    {"DP_C_HTTP_PULL:02-01", "prepare=PREPARED no-address started:not-renewable!"},
    {"DP_P_HTTP_PULL:01-01", "start=STARTED renewable-address =STARTED renew"},
    {"DP_P_HTTP_PULL:02-01", "start=STARTED renewable-address =STARTED renew:unknown-token!"},
    {"DP_P_HTTP_PULL:02-02", "start=STARTED renewable-address =STARTED renew:wrong-audience!"},
};

}  // namespace

std::vector<std::string> steps_of(std::string_view id) {
  std::vector<std::string> steps;
  for (const auto& row : rows) {
    if (row.id != id) continue;
    std::istringstream text{std::string(row.steps)};
    for (std::string step; text >> step;) steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<std::string> scripted_ids() {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.emplace_back(row.id);
  return ids;
}

}  // namespace kontor::tck::dps
